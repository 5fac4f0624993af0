package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.AppendResult;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.EngineParts;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Object storage slower than the appends: appends wait or are refused, without failures and within the memory limits.
 */
class MemoryPressureTest {

    private static final long WRITE_CACHE = Stores.smallSizes().build().writeCacheBytes();

    @TempDir
    Path dir;

    @Test
    void fortyMebibytesPassThroughSmallProcessWithSlowObjectStorage() {
        passThrough(Integer.getInteger("pressure.mebibytes", 40));
    }

    @Test
    @Tag("campaign")
    void tenGibibytesPassThroughSmallProcessWithSlowObjectStorage() {
        passThrough(10 << 10);
    }

    private void passThrough(int mebibytes) {
        // Budget of 24 MiB, one slab over it, and the chunks that the read allocator takes at a time.
        List<String> limits =
                List.of("-Xmx64m", "-XX:MaxDirectMemorySize=48m", "-Dio.netty.tryReflectionSetAccessible=false");
        try (ChildJvm child =
                ChildJvm.start(AppendUnderPressure.class, limits, dir.toString(), Integer.toString(mebibytes))) {
            assertThat(child.await("result ")).isEqualTo("good");
            assertThat(child.exitCode()).isZero();
        }
    }

    /** Sizes just over half a slab waste the other half. Tiny ones waste the padding of their frames. */
    @ParameterizedTest
    @ValueSource(ints = {10, 4000, 70_000, 130_000, 200_000})
    @Timeout(60)
    void memoryStaysWithinLimitForAnyBatchSize(int bytes) {
        StoreConfig config = Stores.smallSizes()
                .blockCacheBytes(0)
                .readBufferBytes(64 << 10)
                .readAheadBytes(0)
                .uploadInterval(Duration.ofHours(1))
                .build();
        SlowStorage slow = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        WatchedParts parts = new WatchedParts();
        StreamStore store = Stores.open(
                Stores.in(dir)
                        .wal("block://" + dir.resolve("wal") + "?capacity=64MiB")
                        .storage(slow)
                        .config(config),
                parts);
        Stream stream = Stores.own(store, "a");
        slow.hold();
        long most = 0;
        List<AppendResult> results = new ArrayList<>();
        RecordBatch batch = RecordBatch.of(new byte[bytes], 1);
        try {
            while (true) {
                results.add(stream.tryAppend(batch));
                most = Math.max(most, store.stats().memoryUsedBytes());
            }
        } catch (StoreBusyException full) {
            assertThat(full.isRetriable()).isTrue();
        }
        long next = stream.nextOffset();
        assertThat(next).as("nothing was enqueued on refusal").isEqualTo(results.size());
        CompletableFuture<Void> writable = stream.writable(bytes);
        slow.letGo();
        while (!stream.whenDurable(next).isDone()) {
            most = Math.max(most, store.stats().memoryUsedBytes());
        }
        Stores.get(writable);
        for (int i = 0; i < 100; i++) {
            Stores.get(stream.append(batch).durable());
            most = Math.max(most, store.stats().memoryUsedBytes());
        }
        assertThat(stream.confirmOffset()).isEqualTo(next + 100);
        Stores.scan(
                stream,
                0,
                next + 100,
                100_000,
                read -> assertThat(read.payload()).isEqualTo(batch.payload()));
        assertThat(most).isLessThanOrEqualTo(config.memoryBytes() + parts.slabBytes());
        Stores.close(store);
        slow.close();
        parts.assertNothingIsLeft();
    }

    @Test
    @Timeout(60)
    void memoryReleaseContinuesWhileAppendsHoldAllMemory_R27() throws IOException {
        takesOverWithoutFreeMemory(new EngineParts(), Duration.ofSeconds(40));
    }

    @Test
    @Timeout(60)
    void refusingSlabsOfFullBudgetIsNoticed_R27() {
        EngineParts refusing = new EngineParts() {
            @Override
            public SlabPool slabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
                return new SlabPool(slabBytes, alignment, budget, pinLimit) {
                    @Override
                    public Slab allocate(int bytes) {
                        if (budget.used() + bytes > budget.limit()) {
                            throw new StoreBusyException("the budget is full");
                        }
                        return super.allocate(bytes);
                    }
                };
            }
        };

        // Callers get the refusal for their own slabs, so appends never use all memory.
        assertThatThrownBy(() -> takesOverWithoutFreeMemory(refusing, Duration.ofSeconds(10)))
                .isInstanceOfAny(StreamException.class, ConditionTimeoutException.class);
    }

    /**
     * Just over half a slab each: a lease keeps more than the batch had reserved, and the waiting append needs more
     * than is free.
     */
    @Test
    @Timeout(60)
    void appendsContinueWhileLeasesHoldMemory_R27() {
        SlowStorage slow = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        FaultyWals wals = new FaultyWals();
        StreamStore store = open(slow, 1, "block://" + dir.resolve("wal") + "?capacity=64MiB&maxInFlight=2", wals);
        try {
            Stream stream = Stores.own(store, "a");
            wals.silence("/wal?");
            fill(stream, RecordBatch.of(new byte[70_000], 1));
            wals.answer();
            List<FetchResult> leases = new ArrayList<>();
            for (long offset = 0; offset < stream.nextOffset(); offset++) {
                Stores.get(stream.whenDurable(offset + 1));
                leases.add(Stores.get(stream.fetch(offset, offset + 1, 1, FetchOptions.NO_WAIT)));
            }
            leases.forEach(FetchResult::close);
        } finally {
            Stores.abandon(store);
            slow.close();
        }
    }

    /**
     * Data that cannot be uploaded holds all memory of a node. The node reads, trims, replays another node's WAL, and
     * uploads all of it.
     *
     * @param patience for each of its waits
     */
    private void takesOverWithoutFreeMemory(EngineParts parts, Duration patience) throws IOException {
        SlowStorage slow = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        RecordBatch batch = RecordBatch.of(new byte[60_000], 1);
        StreamStore dead = open(slow, 1, Stores.nfsWal(dir), new EngineParts());
        Stream orphan = Stores.own(dead, "orphan");
        for (int i = 0; i < 10; i++) {
            Stores.get(orphan.append(batch).durable());
        }
        Stores.abandon(dead);
        StreamStore store = open(slow, 2, "block://" + dir.resolve("wal") + "?capacity=64MiB", parts);
        try {
            Stream stream = Stores.own(store, "a");
            slow.hold();
            fillMemory(store, stream, batch, patience);

            List<FetchResult> leases = new ArrayList<>();
            Stores.get(stream.whenDurable(1));
            for (long offset = 0; offset < stream.confirmOffset(); offset++) {
                leases.add(Stores.get(stream.fetch(offset, offset + 1, 1, FetchOptions.NO_WAIT)));
            }
            Stores.get(stream.trim(1));
            int held = slow.held();
            CompletableFuture<TakeOverReport> takeOver = store.takeOver(1);
            await().atMost(patience)
                    .until(() -> takeOver.isDone() || slow.held() > held); // it has memory for the replay
            slow.letGo();

            assertThat(Stores.get(takeOver).frames()).isPositive();
            Stores.get(stream.flush());
            fill(stream, batch);
            Stores.get(stream.flush());
            leases.forEach(FetchResult::close);
            assertThat(Stores.own(store, "orphan").confirmOffset()).isEqualTo(10);
        } finally {
            Stores.abandon(store);
            slow.close();
        }
    }

    /** Appends until the store refuses, because of data that waits for its upload and not for the WAL. */
    private static void fillMemory(StreamStore store, Stream stream, RecordBatch batch, Duration patience) {
        await().atMost(patience).until(() -> {
            fill(stream, batch);
            return store.stats().memoryUsedBytes() + batch.payload().remaining() > WRITE_CACHE - 100;
        });
    }

    /** Appends until the store refuses. */
    private static void fill(Stream stream, RecordBatch batch) {
        try {
            for (int i = 0; i < 1000; i++) {
                stream.tryAppend(batch);
            }
        } catch (StoreBusyException full) {
            assertThat(full.isRetriable()).isTrue();
        }
    }

    private static StreamStore open(SlowStorage slow, int nodeId, String wal, EngineParts parts) {
        StoreConfig config = Stores.smallSizes()
                .uploadThresholdBytes(1 << 20)
                .uploadInterval(Duration.ofHours(1))
                .build();
        StreamStoreBuilder builder =
                StreamStore.builder().storage(slow).nodeId(nodeId).wal(wal).config(config);
        return Stores.get(new CoreStoreProvider(parts).open(builder));
    }

    @Test
    @Timeout(60)
    void callsWaitingForStuckObjectStorageFailOnClose() {
        SlowStorage slow = new SlowStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT), 0, 0);
        StreamStore store = Stores.open(Stores.in(dir)
                .storage(slow)
                .config(Stores.smallSizes().appendTimeout(Duration.ofMinutes(5)).build()));
        Stream stream = Stores.own(store, "a");
        Stream other = Stores.own(store, "b");
        slow.hold();
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        RecordBatch batch = RecordBatch.of(new byte[100_000], 1);
        waiting.add(other.append(batch).durable().thenCompose(done -> other.close()));
        try {
            while (true) {
                waiting.add(stream.tryAppend(batch).durable());
            }
        } catch (StoreBusyException full) {
            waiting.add(stream.writable(100_000));
        }
        waiting.add(CompletableFuture.supplyAsync(() -> stream.append(batch), task -> new Thread(task).start()));
        waiting.add(stream.flush());
        waiting.add(store.flush());
        waiting.add(stream.close());
        Stores.get(store.close(Duration.ofMillis(200)));
        for (CompletableFuture<?> future : waiting) {
            Stores.get(future.handle((value, error) -> null));
        }
        slow.letGo();
        slow.close();
        WatchedParts.awaitNoThreads();
        // The storage was memory and is gone. The test checks only that no call hangs.
    }

    @Test
    @Timeout(60)
    void largestBatchesPassThroughSmallestCache() {
        StoreConfig config = Stores.smallSizes()
                .writeCacheBytes(64 << 10)
                .maxAppendBytes(32 << 10)
                .appendTimeout(Duration.ofSeconds(5))
                .build();
        WatchedParts parts = new WatchedParts();
        StreamStore store = Stores.open(Stores.in(dir).config(config), parts);
        Stream stream = Stores.own(store, "a");
        RecordBatch batch = RecordBatch.of(new byte[stream.maxAppendBytes()], 1);
        for (int i = 0; i < 8; i++) {
            Stores.get(stream.append(batch).durable());
        }
        Stores.scan(stream, 0, 8, 1, read -> assertThat(read.payload()).isEqualTo(batch.payload()));
        Stores.close(store);
        parts.assertNothingIsLeft();
    }
}
