package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.FetchOptions;
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
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process has no direct memory left: an append fails, and what was acknowledged before stays what it was [L18]. */
@Timeout(60)
class OutOfMemoryTest {

    private static final int BATCH_BYTES = 10_000;

    @TempDir
    Path dir;

    @Test
    void memoryThatIsStillReadIsNotWrittenAgain() {
        SlowStorage storage = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        PoorParts parts = new PoorParts();
        StreamStore store = open(storage, parts);
        Stream stream = Stores.own(store, "a");
        int acknowledged = 0;
        parts.isPoor = true;
        CompletableFuture<Long> unlucky;
        while (true) {
            unlucky = stream.append(batch(acknowledged)).durable();
            if (!isAcknowledged(unlucky)) {
                break;
            }
            acknowledged++;
        }
        parts.isPoor = false;
        Throwable next =
                catchThrowable(() -> Stores.get(stream.append(batch(1000)).durable()));

        verify(stream, acknowledged);
        assertThat(unlucky).isCompletedExceptionally();
        assertThat(catchThrowable(unlucky::join))
                .cause()
                .isInstanceOfSatisfying(
                        AppendFailedException.class,
                        failed -> assertThat(failed.outcome()).isEqualTo(AppendFailedException.Outcome.NOT_WRITTEN));
        assertThat(next).as("no hole").isNotNull();

        Stores.close(store);
        assertThat(Stores.failure(() -> stream.fetch(0, 1, 1, FetchOptions.NO_WAIT)))
                .as("closed, whatever ended its appends before")
                .isInstanceOf(StoreClosedException.class);
        assertThat(parts.outstandingBytes()).isZero();
        StreamStore again = open(storage, new PoorParts());
        verify(Stores.own(again, "a"), acknowledged);
        Stores.close(again);
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

    /** False when it failed, or is still not complete after a while. */
    private static boolean isAcknowledged(CompletableFuture<Long> append) {
        return catchThrowable(() -> append.get(2, TimeUnit.SECONDS)) == null;
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
        return RecordBatch.of(payload(number));
    }

    private static byte[] payload(int number) {
        byte[] payload = new byte[BATCH_BYTES];
        Arrays.fill(payload, (byte) (number + 1));
        return payload;
    }

    /** An engine in a process with just one slab of direct memory, while it is poor. */
    private static final class PoorParts extends EngineParts {

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
                        throw new OutOfMemoryError("simulated: no direct memory");
                    }
                    return super.allocate(bytes);
                }
            };
            return pool;
        }
    }
}
