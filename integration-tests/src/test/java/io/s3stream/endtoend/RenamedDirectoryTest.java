package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A directory keeps its identity under another name. */
@Timeout(60)
class RenamedDirectoryTest {

    @TempDir
    Path dir;

    private String wal(String name) {
        return "nfs://" + dir.resolve(name) + "?capacity=8MiB&segment=1MiB";
    }

    private void twoNames() throws IOException {
        Files.createDirectory(dir.resolve("one"));
        Files.createSymbolicLink(dir.resolve("two"), dir.resolve("one"));
    }

    @Test
    void nodeFindsItsWalInRenamedDirectory() throws IOException {
        Files.createDirectory(dir.resolve("then"));
        StreamStore store = Stores.open(Stores.in(dir).wal(wal("then")));
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(RecordBatch.of(new byte[100], 1)).durable());
        Stores.abandon(store);
        Files.move(dir.resolve("then"), dir.resolve("now"));
        Files.createDirectory(dir.resolve("other"));

        assertThatThrownBy(() -> Stores.open(Stores.in(dir).wal(wal("other"))))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("then is unreachable");
        StreamStore again = Stores.open(Stores.in(dir).wal(wal("now")));
        assertThat(Stores.own(again, "a").nextOffset()).isEqualTo(1);
        Stores.close(again);
    }

    @Test
    void fallbackOnSameDirectoryIsRefused() throws IOException {
        twoNames();
        assertThatThrownBy(() -> Stores.open(Stores.in(dir).wal(wal("one")).walFallback(wal("two"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("walFallback")
                .hasMessageContaining("under another name");
    }

    @Test
    void switchToSameDirectoryIsRefused() throws IOException {
        twoNames();
        StreamStore store = Stores.open(Stores.in(dir).wal(wal("one")));
        Stream stream = Stores.own(store, "a");
        assertThatThrownBy(() -> Stores.get(store.switchWal(URI.create(wal("two")))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("under another name");
        Stores.get(stream.append(RecordBatch.of(new byte[100], 1)).durable());
        Stores.close(store);
    }
}
