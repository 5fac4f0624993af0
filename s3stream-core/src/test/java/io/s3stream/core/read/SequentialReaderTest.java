package io.s3stream.core.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.memory.ReadLeases;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.read.WrittenObjects.Batch;
import io.s3stream.core.read.ahead.ReadAhead;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.core.read.blocks.RangedGets;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.core.read.blocks.ReadLimit.Excess;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The GETs of readers that read a stream from its start to its end, by the way in which they continue. */
class SequentialReaderTest {

    private static final long STREAM = FixedMetadata.STREAM;
    private static final int BLOCK_BATCHES = 10;

    private final WrittenObjects objects = new WrittenObjects();
    private final ThreadedRuntime runtime = new ThreadedRuntime(0, null, false);
    private final List<Runnable> cleanup = new ArrayList<>();
    private int blockReads;
    private int fetches;

    @AfterEach
    void noMemoryIsHeld() {
        cleanup.forEach(Runnable::run);
        runtime.close();
        objects.assertNothingIsHeld();
    }

    /** How a reader continues. */
    private enum Manner {
        AT_THE_END,
        /** Drops the last batch of a result that exceeds the limit, and fetches it again. */
        WITHOUT_EXCESS,
        /** Drops the last batch of each result, and fetches it again. */
        ONE_BATCH_BACK
    }

    @Test
    void hardLimitAddsNoGets() {
        for (long seed = 0; seed < 20; seed++) {
            FixedMetadata metadata = written(WrittenObjects.batches(new Random(seed), 4000));
            for (int maxBytes : new int[] {500, 3000, 20_000}) {
                int soft = getsOf(metadata, maxBytes, Excess.LAST_BATCH, Manner.AT_THE_END);
                assertThat(getsOf(metadata, maxBytes, Excess.FIRST_BATCH, Manner.AT_THE_END))
                        .as("seed %s, %s bytes", seed, maxBytes)
                        .isLessThanOrEqualTo(soft);
            }
        }
    }

    @Test
    void fetchOfLastBatchAgainAddsNoGets() {
        for (long seed = 0; seed < 20; seed++) {
            FixedMetadata metadata = written(WrittenObjects.batches(new Random(seed), 4000));
            for (int maxBytes : new int[] {1000, 3000, 20_000}) {
                int soft = getsOf(metadata, maxBytes, Excess.LAST_BATCH, Manner.AT_THE_END);
                for (Manner manner : List.of(Manner.WITHOUT_EXCESS, Manner.ONE_BATCH_BACK)) {
                    assertThat(getsOf(metadata, maxBytes, Excess.LAST_BATCH, manner))
                            .as("seed %s, %s bytes, %s", seed, maxBytes, manner)
                            .isLessThanOrEqualTo(soft);
                }
            }
        }
    }

    /** The results end where blocks and chunks end, so the last batch is in a chunk that the reader has passed. */
    @Test
    void batchBeforeEndOfChunkIsStillInMemory() {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            batches.add(new Batch(i, i + 1, 100, i));
        }
        FixedMetadata metadata = written(batches);
        int maxBytes = 100 * BLOCK_BATCHES;
        int soft = getsOf(metadata, maxBytes, Excess.LAST_BATCH, Manner.AT_THE_END);
        assertThat(fetches).as("each fetch reads one block").isEqualTo(4000 / BLOCK_BATCHES);

        CatchUpReader reader = reader(metadata);
        blockReads = 0;
        for (int next = 0; next < 4000; next += BLOCK_BATCHES) {
            fetch(reader, next, maxBytes, Excess.LAST_BATCH, Manner.AT_THE_END);
            if (next > 0) { // the first fetch is not yet known to be one of a sequential reader
                fetch(reader, next + BLOCK_BATCHES - 1, 1, Excess.LAST_BATCH, Manner.AT_THE_END);
            }
        }
        assertThat(blockReads).isLessThanOrEqualTo(soft);
    }

    @Test
    void readOfTheSameStartIsAnotherReader() {
        FixedMetadata metadata = written(WrittenObjects.batches(new Random(1), 4000));
        int once = getsOf(metadata, 3000, Excess.LAST_BATCH, Manner.AT_THE_END);
        CatchUpReader reader = reader(metadata);
        blockReads = 0;
        long start = metadata.view().stream(STREAM).startOffset();
        long end = metadata.view().stream(STREAM).committedEnd();
        long first = start;
        long second = start;
        while (second < end) { // the second reader is one fetch behind
            long before = first;
            first = first < end ? fetch(reader, first, 3000, Excess.LAST_BATCH, Manner.AT_THE_END) : first;
            second = fetch(reader, second, 3000, Excess.LAST_BATCH, Manner.AT_THE_END);
            assertThat(second).isGreaterThanOrEqualTo(before);
        }
        assertThat(blockReads).isLessThanOrEqualTo(once + once / 10 + 2);
    }

    private int getsOf(FixedMetadata metadata, int maxBytes, Excess excess, Manner manner) {
        CatchUpReader reader = reader(metadata);
        blockReads = 0;
        fetches = 0;
        long end = metadata.view().stream(STREAM).committedEnd();
        long next = metadata.view().stream(STREAM).startOffset();
        while (next < end) {
            next = fetch(reader, next, maxBytes, excess, manner);
            fetches++;
        }
        return blockReads;
    }

    /** Returns where the reader continues. */
    private static long fetch(CatchUpReader reader, long start, int maxBytes, Excess excess, Manner manner) {
        ReadLimit limit = new ReadLimit(Long.MAX_VALUE, maxBytes, excess);
        try (FetchResult result = reader.read(STREAM, start, limit).join()) {
            List<FetchedBatch> batches = result.batches();
            FetchedBatch last = batches.get(batches.size() - 1);
            assertThat(batches.get(0).baseOffset()).isLessThanOrEqualTo(start);
            long bytes = batches.stream()
                    .mapToLong(batch -> batch.payload().remaining())
                    .sum();
            if (excess == Excess.FIRST_BATCH && batches.size() > 1) {
                assertThat(bytes).isLessThanOrEqualTo(maxBytes);
            }
            boolean drops = manner == Manner.ONE_BATCH_BACK || (manner == Manner.WITHOUT_EXCESS && bytes > maxBytes);
            return drops && last.baseOffset() > start ? last.baseOffset() : result.nextOffset();
        }
    }

    private FixedMetadata written(List<Batch> batches) {
        List<Range> ranges = new ArrayList<>();
        for (int from = 0; from < batches.size(); from += 1000) {
            List<Batch> part = batches.subList(from, from + 1000);
            ranges.add(WrittenObjects.range(part, objects.write(part, BLOCK_BATCHES)));
        }
        return new FixedMetadata(new FixedMetadata.View(batches.get(0).base(), ranges, objects.all()));
    }

    /** A reader with empty caches. */
    private CatchUpReader reader(FixedMetadata metadata) {
        BlockCache cache = new BlockCache(64 << 10);
        ReadMetrics metrics = StoreMetrics.none().read();
        Permits permits = new Permits(1 << 20);
        IndexLoader indexes = new IndexLoader(
                this::get, new IndexCache(1 << 20), new Permits(1 << 20), WrittenObjects.AT_ONCE, metrics);
        BlockLoader loader = new BlockLoader(
                new RangedGets(this::get, runtime, permits, metrics),
                new BlocksInMemory(cache),
                permits,
                WrittenObjects.AT_ONCE,
                metrics);
        ReadAhead readAhead = new ReadAhead(
                metadata, new ReadAhead.Supply(indexes, loader, cache, metrics), () -> 0, 256 << 10, 64 << 10, 0);
        cleanup.add(readAhead::close);
        cleanup.add(cache::close);
        return new CatchUpReader(metadata, indexes, loader, readAhead, new ReadLeases(1 << 20, cache::lend), metrics);
    }

    private CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        blockReads += range instanceof ByteRange.Slice ? 1 : 0;
        return objects.storage().get(key, range);
    }
}
