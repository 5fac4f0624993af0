package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full file system. Needs root, to mount one. */
@Tag("loop")
@Timeout(60)
class FullFileSystemTest {

    private static final int LARGEST = 20_000;

    @TempDir
    Path dir;

    private Path small;

    @BeforeEach
    void mount() throws Exception {
        small = Files.createDirectory(dir.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=4m", "none", small.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        WatchedParts.awaitNoThreads();
        run("umount", "-l", small.toString());
    }

    @Test
    void uploadsWaitForSpaceAndLoseNothing() throws IOException {
        StreamStore store = Stores.open(
                Stores.in(dir).storage(small.resolve("objects").toUri().toString()));
        Stream stream = Stores.own(store, "a");
        Path filler = small.resolve("filler");
        Files.write(filler, new byte[(3 << 20) + (512 << 10)]);
        while (store.stats().appendedBytes() < 2 << 20) {
            Stores.get(stream.append(Payloads.batch(0, stream.nextOffset(), LARGEST))
                    .durable());
        }
        var flushed = stream.flush();
        assertThat(flushed).isNotDone();
        Files.delete(filler);
        Stores.get(flushed);
        Stores.verify(stream, 0, LARGEST);
        Stores.close(store);
    }

    @Test
    void tooLargeWalIsRefusedAndFitsLater() throws IOException {
        Path filler = small.resolve("filler");
        Files.write(filler, new byte[3 << 20]);
        String wal = "block://" + small.resolve("wal") + "?capacity=2MiB";
        assertThat(Stores.failure(() -> Stores.in(dir).wal(wal).openAsync()).getMessage())
                .contains(small.resolve("wal").toString());
        assertThat(small.resolve("wal")).as("no file is left behind").doesNotExist();
        Files.delete(filler);
        StreamStore store = Stores.open(Stores.in(dir).wal(wal));
        Stores.close(store);
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    }
}
