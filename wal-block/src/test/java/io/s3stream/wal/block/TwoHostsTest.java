package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shared mode with real processes: a writer is stopped under full load, and resumes after a take-over. */
class TwoHostsTest {

    static final String OPTIONS = "?mode=shared&capacity=20MiB&extent=4MiB&cells=32&maxInFlight=4";
    private static final long EXTENT_RING = (4 << 20) - 4096;

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(10);

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    /** A fresh medium. */
    URI medium() throws Exception {
        return URI.create("block://" + directory.resolve("wal") + OPTIONS);
    }

    @Test
    void resumedWriterAcknowledgesNothingMoreAndReportsFencing() throws Exception {
        URI uri = medium();
        Path bucket = directory.resolve("bucket");
        Child.Told told = new Child.Told();
        try (Child.Handle child = new Child.Handle("shared", uri.toString(), "1", bucket.toString());
                ObjectStorage storage = Child.storage(runtime, bucket)) {
            String line = child.out.readLine();
            told.hear(line, descriptor(uri, line));
            while (told.acked.size() < 300) {
                told.hear(child.out.readLine(), told.descriptor);
            }
            signal("STOP", child);
            while (child.out.ready()) {
                told.hear(child.out.readLine(), told.descriptor);
            }
            WalContext context = SharedWal.context(runtime, storage, Wal.NODE);
            try (SharedWal next = SharedWal.attach(new BlockWalProvider(), uri, AttachMode.EXISTING, context)) {
                List<Wal.Read> frames = Wal.fenceAndReplay(next.medium, told.descriptor, told.committed);
                long end = told.committed.sequence() + frames.size();
                Wal.get(next.medium.release(told.descriptor));
                next.open(2, end + 1).appendSome(50);

                signal("CONT", child);
                while (!(line = child.out.readLine()).startsWith("failed")) {
                    if (!line.startsWith("commit")) { // of the commits that it printed before it was stopped
                        told.hear(line, told.descriptor);
                    }
                }
                assertThat(line).startsWith("failed FencedException").contains("was fenced");
                told.check(frames);
                next.appendSome(10);
                assertThat(Wal.replay(next.medium, next.descriptor, next.frames.start()))
                        .hasSize(60);
                assertThat(next.descriptor.properties().get("extent"))
                        .isNotEqualTo(told.descriptor.properties().get("extent"));
            }
        }
    }

    private static void signal(String signal, Child.Handle child) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(child.process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Runs from the line in which the child prints its own. */
    private static WalDescriptor descriptor(URI uri, String line) {
        Map<String, String> properties = new HashMap<>();
        for (String property :
                line.substring(line.indexOf('{') + 1, line.indexOf('}')).split(", ")) {
            properties.put(property.split("=")[0], property.split("=")[1]);
        }
        return new WalDescriptor(
                uri, 1, Long.parseLong(line.split(" ")[1]), 4096, SharedWal.FRAME, 4, 8 << 20, EXTENT_RING, properties);
    }
}
