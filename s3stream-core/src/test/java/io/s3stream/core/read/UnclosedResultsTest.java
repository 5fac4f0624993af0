package io.s3stream.core.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.FetchResult;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.memory.ReadLeases;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.read.WrittenObjects.Batch;
import io.s3stream.core.read.blocks.BlockBatches;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.core.read.blocks.RangedGets;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.layout.BlockEntry;
import io.s3stream.spi.runtime.Permits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The memory that blocks in one buffer keep: the cache keeps its own blocks only, and unclosed results keep at most
 * their budget [R46].
 */
class UnclosedResultsTest {

    private static final long OTHER = WrittenObjects.STREAM + 1;
    private static final int BLOCKS = 40;

    private final WrittenObjects objects = new WrittenObjects();
    private final ThreadedRuntime runtime = new ThreadedRuntime(0, null, false);
    private final BlockCache cache = new BlockCache(1 << 20);
    private final List<Batch> batches = WrittenObjects.batches(new Random(1), BLOCKS * 10);
    private final ObjectMetadata object = objects.write(batches, 10);
    private final ReadMetrics metrics = StoreMetrics.none().read();
    private final Permits permits = new Permits(1 << 20);
    private final BlockLoader loader = new BlockLoader(
            new RangedGets(objects.storage()::get, runtime, permits, metrics),
            new BlocksInMemory(cache),
            permits,
            WrittenObjects.AT_ONCE,
            metrics);
    private final List<BlockEntry> entries = new IndexLoader(
                    objects.storage()::get, new IndexCache(1 << 20), permits, WrittenObjects.AT_ONCE, metrics)
            .load(object, WrittenObjects.STREAM)
            .join()
            .entries();
    private final List<FetchResult> open = new ArrayList<>();

    @AfterEach
    void noMemoryIsHeld() {
        open.forEach(FetchResult::close);
        cache.close();
        runtime.close();
        objects.assertNothingIsHeld();
    }

    @Test
    void cachedBlockDoesNotKeepItsNeighboursInMemory() {
        loader.load(object, entries).join().forEach(CachedBlock::release);
        entries.subList(1, entries.size()).forEach(entry -> loader.evict(object, entry));

        assertThat(cache.usedBytes()).isEqualTo(entries.get(0).size());
        assertThat(objects.bytesInMemory()).isEqualTo(entries.get(0).size());
    }

    @Test
    void blockReadTwiceDoesNotKeepItsNeighboursInMemory() {
        List<CachedBlock> ahead =
                loader.loadAhead(object, List.of(entries)).get(0).join();
        loader.load(object, entries.subList(0, 1)).join().forEach(CachedBlock::release);
        ahead.forEach(CachedBlock::release);

        assertThat(cache.usedBytes()).isEqualTo(entries.get(0).size());
        assertThat(objects.bytesInMemory()).isEqualTo(entries.get(0).size());
        loader.load(object, entries.subList(0, 1)).join().forEach(CachedBlock::release);
    }

    @Test
    void unclosedResultsOfOneStreamEndNoReadsOfOther_R46() {
        long limit = 8L * entries.stream().mapToInt(BlockEntry::size).max().orElseThrow();
        ReadLeases leases = new ReadLeases(limit, cache::lend);

        assertThatThrownBy(() -> {
                    for (BlockEntry entry : entries) {
                        open.add(fetch(entry, WrittenObjects.STREAM, leases));
                    }
                })
                .isInstanceOf(StoreBusyException.class)
                .hasMessageContaining(open.size() + " unclosed fetch results hold " + leases.pinnedBytes() + " bytes");
        assertThat(open).hasSizeBetween(7, BLOCKS / 2);
        assertThat(leases.pinnedBytes()).isLessThanOrEqualTo(limit);

        for (BlockEntry entry : entries) {
            fetch(entry, OTHER, leases).close();
        }
        open.remove(0).close();
        fetch(entries.get(BLOCKS - 1), WrittenObjects.STREAM, leases).close();
    }

    @Test
    void resultPastBudgetIsCopyOfSameBatches() {
        ReadLeases none = new ReadLeases(0, cache::lend);
        ReadLeases enough = new ReadLeases(1 << 20, cache::lend);
        for (BlockEntry entry : entries.subList(0, 3)) {
            try (FetchResult copy = fetch(entry, OTHER, none);
                    FetchResult pinned = fetch(entry, OTHER, enough)) {
                assertThat(none.pinnedBytes()).isZero();
                assertThat(copy.batches()).isEqualTo(pinned.batches()).hasSize(8);
                assertThat(copy.nextOffset()).isEqualTo(pinned.nextOffset());
            }
        }
    }

    /** All batches of a block except the first and the last. */
    private FetchResult fetch(BlockEntry entry, long stream, ReadLeases leases) {
        List<Batch> inBlock = batches.stream()
                .filter(batch -> batch.base() >= entry.baseOffset() && batch.end() <= entry.endOffset())
                .toList();
        ReadLimit limit = new ReadLimit(inBlock.get(inBlock.size() - 1).base(), 1 << 20, ReadLimit.Excess.LAST_BATCH);
        BlockBatches found = new BlockBatches(inBlock.get(1).base(), limit);
        List<CachedBlock> blocks = loader.load(object, List.of(entry)).join();
        blocks.forEach(block -> found.add(block, Long.MAX_VALUE, null));
        blocks.forEach(CachedBlock::release);
        return found.result(stream, leases);
    }
}
