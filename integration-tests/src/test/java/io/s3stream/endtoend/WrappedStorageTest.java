package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host may wrap the storage that a store opens by its URI. */
class WrappedStorageTest {

    @TempDir
    Path dir;

    @Test
    void wrapperReceivesRequestsAndIsClosedWithStore() {
        AtomicInteger puts = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        try (StreamStore store = Stores.in(dir)
                .wrapStorage(opened -> new Counting(opened, puts, closed))
                .open()) {
            Stream stream = Stores.own(store, "s");
            stream.append(RecordBatch.of(new byte[100], 1)).durable().join();
            int before = puts.get();
            store.flush().join();
            assertThat(puts.get()).as("PUTs of data and of the head").isGreaterThanOrEqualTo(before + 2);
            assertThat(closed).hasValue(0);
        }
        assertThat(closed).hasValue(1);
    }

    @Test
    void exceptionOfFunctionFailsTheOpen() {
        assertThatThrownBy(() -> Stores.in(dir)
                        .wrapStorage(opened -> {
                            throw new InvalidRequestException("not this storage");
                        })
                        .open())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not this storage");
        Stores.in(dir).open().close();
    }

    @Test
    void storageOfCallerIsNotWrapped() {
        assertThatThrownBy(() -> StreamStore.builder()
                        .storage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT))
                        .wal(Stores.wal(dir))
                        .wrapStorage(given -> given)
                        .open())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("wrapStorage and a storage of the caller: wrap that storage itself");
    }

    private static final class Counting extends ForwardingObjectStorage {

        private final AtomicInteger puts;
        private final AtomicInteger closed;

        Counting(ObjectStorage storage, AtomicInteger puts, AtomicInteger closed) {
            super(storage);
            this.puts = puts;
            this.closed = closed;
        }

        @Override
        public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
            puts.incrementAndGet();
            return super.put(key, body, condition);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
            super.close();
        }
    }
}
