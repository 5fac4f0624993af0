package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.AppendFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another program deletes, replaces, truncates or renames the file of a block WAL while a node writes to it. Later
 * acknowledgements would be lost with the process, so the node acknowledges nothing more on that WAL. All acknowledged
 * records are in its memory and are uploaded.
 */
@Timeout(120)
class LostWalFileTest {

    private static final int BEFORE = 5;

    @TempDir
    Path dir;

    private Path file;

    @BeforeEach
    void name() {
        file = dir.resolve("file");
    }

    private interface Accident {
        void happen() throws IOException;
    }

    private StreamStoreBuilder options(String wal) {
        return Stores.in(dir)
                .wal("block://" + dir.resolve(wal) + "?capacity=4MiB")
                .config(Stores.smallSizes().uploadInterval(Duration.ofHours(1)).build());
    }

    @Test
    void deletedFileEndsWal() throws Exception {
        endsTheWal(() -> Files.delete(file), "deleted or replaced");
    }

    @Test
    void replacedFileEndsWal() throws Exception {
        endsTheWal(
                () -> {
                    Path copy = Files.copy(file, dir.resolve("copy"));
                    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
                },
                "deleted or replaced");
    }

    @Test
    void truncatedFileEndsWal() throws Exception {
        endsTheWal(this::cut, "cut the file");
    }

    private void cut() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(1 << 20);
        }
    }

    private void endsTheWal(Accident accident, String reason) throws IOException {
        StreamStore store = options("file").open();
        Stream stream = Stores.own(store, "a");
        append(stream, BEFORE);
        accident.happen();
        assertThatThrownBy(() -> append(stream, 1))
                .isInstanceOf(AppendFailedException.class)
                .hasMessageContaining(reason);
        Stores.close(store);
        assertIsThere("other", BEFORE);
    }

    @Test
    void fallbackTakesOver() throws Exception {
        StreamStore store = options("file")
                .walFallback("block://" + dir.resolve("fallback") + "?capacity=4MiB")
                .open();
        Stream stream = Stores.own(store, "a");
        append(stream, BEFORE);
        Files.delete(file);
        append(stream, BEFORE);
        assertThat(store.wal().getPath()).endsWith("/fallback");
        Stores.get(store.flush());
        Stores.abandon(store);
        assertIsThere("fallback", 2 * BEFORE);
    }

    /** A rename loses no data. */
    @Test
    void renamedFileStaysInUse() throws Exception {
        StreamStore store = options("file").open();
        Stream stream = Stores.own(store, "a");
        append(stream, BEFORE);
        Files.move(file, dir.resolve("renamed"));
        append(stream, BEFORE);
        Stores.abandon(store);
        Files.move(dir.resolve("renamed"), file);
        assertIsThere("file", 2 * BEFORE);
    }

    private static void append(Stream stream, int records) {
        for (int i = 0; i < records; i++) {
            Stores.get(stream.append(RecordBatch.of(new byte[100], 1)).durable());
        }
    }

    private void assertIsThere(String wal, int records) {
        StreamStore again = options(wal).open();
        assertThat(Stores.own(again, "a").confirmOffset()).isEqualTo(records);
        Stores.close(again);
    }
}
