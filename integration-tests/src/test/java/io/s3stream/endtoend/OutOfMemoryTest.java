package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.EngineParts;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process has no direct memory left for a while: appends wait, and nothing is lost or overwritten [L18, R46]. */
@Timeout(60)
class OutOfMemoryTest {

    private static final int BATCH_BYTES = 10_000;

    @TempDir
    Path dir;

    @Test
    void appendsWaitForDirectMemory_R46() {
        SlowStorage storage = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        PoorParts parts = new PoorParts();
        StreamStore store = open(storage, parts);
        Stream stream = Stores.own(store, "a");
        List<CompletableFuture<Long>> appends = new ArrayList<>();
        appends.add(stream.append(batch(0)).durable());
        FetchResult lease = pin(stream);
        parts.isPoor = true;
        while (parts.refusals.get() == 0) {
            appends.add(stream.append(batch(appends.size())).durable());
        }
        int refusals = parts.refusals.get();
        await().until(() -> parts.refusals.get() > refusals + 2); // the append retries by itself
        assertThat(appends.get(appends.size() - 1)).isNotDone();
        parts.isPoor = false;
        lease.close();
        for (int i = 0; i < appends.size(); i++) {
            assertThat(Stores.get(appends.get(i))).isEqualTo(i);
        }
        verify(stream, appends.size());

        Stores.close(store);
        assertThat(Stores.failure(() -> stream.fetch(0, 1, 1, FetchOptions.NO_WAIT)))
                .isInstanceOf(StoreClosedException.class);
        assertThat(parts.outstandingBytes()).isZero();
        StreamStore again = open(storage, new PoorParts());
        verify(Stores.own(again, "a"), appends.size());
        Stores.close(again);
        storage.close();
    }

    /** Memory that never returns delays appends, not the close. */
    @Test
    void storeWaitingForDirectMemoryCloses() {
        SlowStorage storage = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        PoorParts parts = new PoorParts();
        StreamStore store = open(storage, parts);
        Stream stream = Stores.own(store, "a");
        stream.append(batch(0));
        FetchResult lease = pin(stream);
        parts.isPoor = true;
        CompletableFuture<Long> last;
        do {
            last = stream.append(batch(0)).durable();
        } while (parts.refusals.get() == 0);
        Stores.get(store.close(Duration.ofMillis(200)));
        AppendFailedException failure = (AppendFailedException) Stores.failure(last::copy);
        assertThat(failure.outcome()).isEqualTo(AppendFailedException.Outcome.NOT_WRITTEN);
        lease.close();
        assertThat(parts.outstandingBytes()).isZero();
        storage.close();
    }

    private StreamStore open(SlowStorage storage, PoorParts parts) {
        StoreConfig config = Stores.smallSizes()
                .uploadThresholdBytes(1 << 20)
                .uploadInterval(Duration.ofHours(1))
                .build();
        return Stores.get(new CoreStoreProvider(parts)
                .open(Stores.in(dir).storage(storage).config(config)));
    }

    /** Pins a slab, so that an upload does not free all memory. */
    private static FetchResult pin(Stream stream) {
        Stores.get(stream.whenDurable(1));
        return Stores.get(stream.fetch(0, 1, 1, FetchOptions.NO_WAIT));
    }

    private static void verify(Stream stream, int count) {
        Stores.scan(stream, 0, count, 1 << 20, batch -> {
            byte[] bytes = new byte[batch.payload().remaining()];
            batch.payload().get(bytes);
            assertThat(bytes).as("offset %s", batch.baseOffset()).isEqualTo(payload((int) batch.baseOffset()));
        });
        assertThat(stream.confirmOffset()).isEqualTo(count);
    }

    private static RecordBatch batch(int number) {
        return RecordBatch.of(payload(number), 1);
    }

    private static byte[] payload(int number) {
        byte[] payload = new byte[BATCH_BYTES];
        Arrays.fill(payload, (byte) (number + 1));
        return payload;
    }

    /** An engine in a process with only one slab of direct memory, while {@code isPoor} is set. */
    private static final class PoorParts extends EngineParts {

        private final AtomicInteger refusals = new AtomicInteger();
        private volatile boolean isPoor;
        private volatile @Nullable SlabPool pool;

        long outstandingBytes() {
            return pool == null ? 0 : pool.outstandingBytes();
        }

        @Override
        public SlabPool slabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
            pool = new SlabPool(slabBytes, alignment, budget, pinLimit) {
                @Override
                public Slab allocate(int bytes) {
                    if (isPoor && outstandingBytes() > 0) {
                        refusals.incrementAndGet();
                        throw new OutOfMemoryError("simulated: no direct memory");
                    }
                    return super.allocate(bytes);
                }
            };
            return pool;
        }
    }
}
