package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.EngineParts;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The budget contains all costs of appends, including those other than payload [R46]. */
@Timeout(60)
class AppendMemoryTest {

    @TempDir
    Path dir;

    @Test
    void tinyAppendsToSilentWalAreThrottledByTheirObjects_R46() {
        FaultyWals wals = new FaultyWals();
        StreamStore store = Stores.get(new CoreStoreProvider(wals).open(Stores.in(dir)));
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        Stores.get(store.flush());
        wals.silence("/wal?");
        long limit = Stores.small().writeCacheBytes();
        RecordBatch tiny = RecordBatch.of(new byte[10], 1);
        int taken = 0;
        int before = -1;
        while (taken > before) { // until the frames are full
            before = taken;
            while (catchThrowable(() -> stream.tryAppend(tiny)) == null) {
                taken++;
            }
            Stores.get(store.flush()); // uploads nothing, and completes after all pending work on appends
        }
        assertThat(catchThrowable(() -> stream.tryAppend(tiny)))
                .isInstanceOf(StoreBusyException.class)
                .hasMessageContaining("append queue is full")
                .hasMessageContaining(" of " + limit / 8 + " bytes");
        assertThat(taken).isGreaterThan(100).isLessThan((int) (limit / 200));
        List<CompletableFuture<Void>> cancelled = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            cancelled.add(stream.writable(10));
        }
        assertThat(cancelled).noneMatch(CompletableFuture::isDone);
        cancelled.forEach(future -> future.cancel(false));
        wals.answer();
        Stores.get(stream.whenDurable(taken + 1));
        Stores.close(store);
    }

    /** The index of tiny records is several times as large as the share of the queue. */
    @Test
    void indexOfWriteCacheLeavesShareOfQueueAlone_R45() {
        SlowStorage held = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        StreamStore store = Stores.open(Stores.in(dir)
                .storage(held)
                .config(Stores.smallSizes().uploadInterval(Duration.ofHours(1)).build()));
        Stream stream = Stores.own(store, "a");
        held.hold();
        RecordBatch tiny = RecordBatch.of("x", 1);
        for (int wave = 1; wave <= 40; wave++) {
            for (int i = 0; i < 1000; i++) {
                stream.tryAppend(tiny);
            }
            Stores.get(stream.whenDurable(wave * 1000L));
        }
        assertThat(store.stats().memoryUsedBytes()).isLessThan(Stores.small().writeCacheBytes());
        held.letGo();
        Stores.close(store);
        held.close();
    }

    @Test
    void memoryKeptForNextSlabsIsWithinBudget_R46() {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        SlabPool pool = new EngineParts().slabPool(128 << 10, 4096, budget, 1 << 20);
        List<Slab> slabs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            slabs.add(pool.allocate(1000));
        }
        slabs.forEach(Slab::release);
        assertThat(pool.keptBytes()).isEqualTo(1 << 20);

        Slab large = pool.allocate(600 << 10);
        assertThat(budget.used() + pool.keptBytes()).isLessThanOrEqualTo(budget.limit());
        large.release();
        assertThat(budget.used() + pool.keptBytes()).isLessThanOrEqualTo(budget.limit());
        long kept = pool.keptBytes();
        Slab again = pool.allocate(500 << 10);
        assertThat(again.memory()).as("used again").isSameAs(large.memory());
        assertThat(pool.keptBytes()).isEqualTo(kept - again.capacity());
        again.release();
    }

    @Test
    void cancelledMemoryWaitLeavesNothingBehind() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.charge(100);
        CompletableFuture<Void> first = budget.whenAvailable(1);
        for (int i = 0; i < 1000; i++) {
            budget.whenAvailable(1).cancel(false);
        }
        assertThat(budget.waiters()).isEqualTo(1);
        budget.release(100);
        assertThat(first).isCompleted();
        assertThat(budget.waiters()).isZero();
    }

    /** So many streams that their locks, all held at the same time, do not fit on a stack. */
    @Test
    void groupMayHaveTwentyThousandStreams() {
        int count = 20_000;
        StreamStore store = Stores.open(Stores.in(dir)
                .storage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT))
                .wal("block://" + dir.resolve("wal") + "?capacity=64MiB&singleAttach=true")
                .config(Stores.smallSizes()
                        .writeCacheBytes(64 << 20)
                        .maxAppendBytes(8 << 20)
                        .uploadInterval(Duration.ofHours(1))
                        .build()));
        List<CompletableFuture<Stream>> opening = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            opening.add(store.createStream(CreateOptions.unnamed())
                    .thenCompose(id -> store.openStream(id, OpenOptions.owner())));
        }
        List<StreamAppend> group = new ArrayList<>();
        for (CompletableFuture<Stream> stream : opening) {
            group.add(new StreamAppend(Stores.get(stream), RecordBatch.of("x", 1)));
        }
        group.add(group.get(0)); // and one of them twice

        List<AppendResult> results = store.appendAll(group);

        for (AppendResult result : results) {
            assertThat(Stores.get(result.durable())).isEqualTo(result.baseOffset());
        }
        assertThat(results.get(count).baseOffset()).isEqualTo(1);
        assertThat(group.get(0).stream().nextOffset()).isEqualTo(2);
        assertThat(group.get(1).stream().nextOffset()).isEqualTo(1);
        Stores.abandon(store);
    }
}
