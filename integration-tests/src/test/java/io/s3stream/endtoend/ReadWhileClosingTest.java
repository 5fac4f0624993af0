package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store closes while acknowledged records are not uploaded. Its readers get a closed error, not a report of damage.
 */
@Timeout(60)
class ReadWhileClosingTest {

    @TempDir
    Path dir;

    @Test
    void readerOfClosingStoreGetsClosedErrorOnly() {
        SlowStorage storage = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        for (int round = 0; round < 20; round++) {
            StreamStore store = Stores.open(Stores.in(dir).storage(storage));
            Stream stream = Stores.own(store, "a");
            storage.hold();
            Stores.get(stream.append(RecordBatch.of("not uploaded", 1)).durable());
            CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(() -> readUntilItFails(stream));
            Stores.abandon(store);
            assertThat(Stores.get(end)).isInstanceOf(StoreClosedException.class);
            storage.letGo();
        }
        storage.close();
    }

    private static Throwable readUntilItFails(Stream stream) {
        long last = stream.confirmOffset() - 1;
        while (true) {
            try {
                stream.fetch(last, last + 1, 100, FetchOptions.NO_WAIT).join().close();
            } catch (CompletionException e) {
                return Failures.unwrap(e);
            }
        }
    }
}
