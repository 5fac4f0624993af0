package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real WAL failures during appends, with a fallback that takes over [R9]. Needs root, to mount. */
@Tag("loop")
@Timeout(120)
class RealFailureTest {

    private static final int LARGEST = 20_000;

    @TempDir
    Path dir;

    private Path small;

    @BeforeEach
    void mount() throws Exception {
        small = Files.createDirectory(dir.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=12m", "none", small.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        WatchedParts.awaitNoThreads();
        run("umount", "-l", small.toString());
    }

    /** A directory on a file system that becomes full: out of space. */
    @Test
    void fullDirectoryIsReplacedByFallback() throws Exception {
        Path wal = Files.createDirectory(small.resolve("wal"));
        fillUntilTheFallbackIsWritten("nfs://" + wal + "?capacity=64MiB&segment=2MiB");
    }

    /** A device whose backing store becomes full: I/O errors. */
    @Test
    void failingDeviceIsReplacedByFallback() throws Exception {
        Path backing = small.resolve("backing");
        run("truncate", "-s", "64M", backing.toString());
        String device = run("losetup", "-f", "--show", backing.toString());
        try {
            fillUntilTheFallbackIsWritten("block://" + device);
        } finally {
            run("losetup", "-d", device);
        }
    }

    /** A device that is removed: its writes fail from one moment to the next. */
    @Test
    void removedDeviceIsReplacedByFallback() throws Exception {
        Path backing = dir.resolve("backing");
        run("truncate", "-s", "64M", backing.toString());
        String device = run("losetup", "-f", "--show", backing.toString());
        try {
            StreamStore store = Stores.open(store("block://" + device, 64 << 10));
            Stream stream = Stores.own(store, "a");
            append(stream, 100);
            run("blockdev", "--setro", device);
            appendUntilTheFallbackIsWritten(store, stream);
        } finally {
            run("blockdev", "--setrw", device);
            run("losetup", "-d", device);
        }
    }

    /** There are no uploads, so that the WAL has to hold all data. */
    private void fillUntilTheFallbackIsWritten(String wal) {
        StreamStore store = Stores.open(store(wal, 32 << 20));
        appendUntilTheFallbackIsWritten(store, Stores.own(store, "a"));
    }

    private StreamStoreBuilder store(String wal, long uploadBytes) {
        return StreamStore.builder()
                .storage(Stores.objects(dir))
                .wal(wal)
                .walFallback("block://" + dir.resolve("fallback") + "?capacity=64MiB")
                .config(Stores.smallSizes()
                        .writeCacheBytes(64 << 20)
                        .uploadThresholdBytes(uploadBytes)
                        .uploadInterval(Duration.ofHours(1))
                        .build());
    }

    private static void appendUntilTheFallbackIsWritten(StreamStore store, Stream stream) {
        while (!store.wal().getPath().endsWith("/fallback")) {
            append(stream, 10);
        }
        append(stream, 100);
        await().untilAsserted(() -> assertThat(store.stats().atRiskBytes()).isZero());
        Stores.verify(stream, 0, LARGEST);
        Stores.close(store);
    }

    private static void append(Stream stream, int batches) {
        for (int i = 0; i < batches; i++) {
            Stores.get(stream.append(Payloads.batch(0, stream.nextOffset(), LARGEST))
                    .durable());
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
        return output.trim();
    }
}
