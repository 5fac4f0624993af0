package io.s3stream.core.read.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.read.WrittenObjects;
import io.s3stream.core.read.WrittenObjects.Batch;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.core.read.blocks.RangedGets;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadAheadTest {

    private static final long STREAM = FixedMetadata.STREAM;
    private static final long BUDGET = 1 << 20;

    private final WrittenObjects objects = new WrittenObjects();
    private final HeldIndexes storage = new HeldIndexes(objects.storage());
    private final ThreadedRuntime runtime = new ThreadedRuntime(0, null, false);
    private final BlockCache cache = new BlockCache(BUDGET);
    private final List<Batch> batches = WrittenObjects.batches(new Random(1), 2000);
    private long now;

    /** A storage that holds the answers to index reads, and on request the answers to the next block reads. */
    private static final class HeldIndexes extends ForwardingObjectStorage {
        final List<Runnable> held = new ArrayList<>();
        final List<String> read = new ArrayList<>();
        int blocksToHold;

        HeldIndexes(ObjectStorage storage) {
            super(storage);
        }

        @Override
        public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
            if (range instanceof ByteRange.Slice) {
                read.add(key);
                if (blocksToHold == 0) {
                    return super.get(key, range);
                }
                blocksToHold--;
            }
            CompletableFuture<Optional<ObjectContent>> later = new CompletableFuture<>();
            held.add(() -> super.get(key, range).thenAccept(later::complete));
            return later;
        }

        void letGo() {
            List<Runnable> answers = List.copyOf(held);
            held.clear();
            answers.forEach(Runnable::run);
        }
    }

    @AfterEach
    void noMemoryIsHeld() {
        cache.close();
        runtime.close();
        objects.assertNothingIsHeld();
    }

    /**
     * A forgotten reader's read-ahead has no consumer, and would keep its share of the budget until the store closes.
     */
    @Test
    void readerForgottenDuringIndexReadStopsReadAhead() {
        ReadAhead readAhead = readTwice();
        assertThat(storage.held).isNotEmpty();
        addMoreReadersThanAreRemembered(readAhead);
        storage.letGo();

        assertThat(storage.read).isEmpty();
        assertThat(readAhead.bytes()).isZero();
    }

    /** The read is paid for. While a reader holds the data, the cache does not count them as well. */
    @Test
    void readAheadOfForgottenReaderMovesToCache() {
        ReadAhead readAhead = readTwice();
        storage.letGo();
        long ahead = readAhead.bytes();
        assertThat(ahead).isPositive();
        assertThat(cache.usedBytes()).isZero();
        assertThat(cache.lentBytes()).as("within the budget").isZero();

        addMoreReadersThanAreRemembered(readAhead);

        assertThat(readAhead.bytes()).isZero();
        assertThat(cache.usedBytes()).isPositive().isLessThanOrEqualTo(ahead);
    }

    /** A reader that is known to be sequential and waits for an index. */
    private ReadAhead readTwice() {
        ReadAhead readAhead = readAhead(batches, 1000, BUDGET);
        forward(readAhead, batches, 2);
        return readAhead;
    }

    private void addMoreReadersThanAreRemembered(ReadAhead readAhead) {
        for (int i = 400; i < 800; i++) {
            now++;
            Batch batch = batches.get(1000 - i);
            readAhead.finish(readAhead.begin(STREAM, batch.base(), Long.MAX_VALUE, 1), batch.end(), true);
        }
    }

    @Test
    void rememberedReaderContinuesWhenIndexArrives() {
        ReadAhead readAhead = readTwice();
        storage.letGo();

        assertThat(storage.read).contains(objects.all().get(0).key());
        assertThat(readAhead.bytes()).isPositive();
        readAhead.close();
        assertThat(readAhead.bytes()).isZero();
    }

    /** A late request would make the reader wait for its latency at each object whose index is missing. */
    @Test
    void indexesAreRequestedLongBeforeReaderReachesTheirObjects() {
        List<Batch> many = WrittenObjects.batches(new Random(1), 1200);
        ReadAhead readAhead = readAhead(many, 100, 16 << 10); // about the size of an object
        forward(readAhead, many, 2);
        assertThat(storage.held).hasSize(8);
        storage.letGo();
        int at = 2;
        while (storage.held.isEmpty() && at < many.size()) {
            forward(readAhead, many.subList(at, at + 1), 1);
            at++;
        }

        assertThat(at).as("batches read").isLessThan(500);
        assertThat(storage.held).as("indexes of objects 8 to 11 and no other").hasSize(4);
        assertThat(readAhead.bytes()).isPositive();
        storage.letGo();
        forward(readAhead, many.subList(at, many.size()), many.size() - at);
        assertThat(storage.held).isEmpty();
        readAhead.close();
    }

    @Test
    void largeReadAtStreamStartIsSequential() {
        ReadAhead readAhead = readAhead(batches, 1000, BUDGET);
        Cursor cursor = readAhead.begin(STREAM, batches.get(0).base(), Long.MAX_VALUE, 1 << 20);
        storage.letGo();
        assertThat(readAhead.chunks(cursor)).isNotEmpty();
        readAhead.finish(cursor, batches.get(0).end(), true);
        readAhead.close();
    }

    @Test
    void smallReadAtStartOrLargeReadElsewhereIsNotSequential() {
        ReadAhead readAhead = readAhead(batches, 1000, BUDGET);
        forward(readAhead, batches, 1);
        Batch another = batches.get(500);
        readAhead.finish(readAhead.begin(STREAM, another.base(), Long.MAX_VALUE, 1 << 20), another.end(), true);
        assertThat(storage.held).isEmpty();
        assertThat(storage.read).isEmpty();
        assertThat(readAhead.bytes()).isZero();
    }

    /**
     * Chunks that arrived behind the late answer hold memory that the next requests need, although the reader cannot
     * use them yet.
     */
    @Test
    void lateAnswerDoesNotBlockNextRequests() {
        long budget = 64 << 10;
        List<Batch> many = WrittenObjects.batches(new Random(1), 6000);
        ReadAhead readAhead = readAhead(many, 6000, budget, BUDGET);
        forward(readAhead, many, 1);
        storage.blocksToHold = 1;
        Cursor cursor = readAhead.begin(STREAM, many.get(1).base(), Long.MAX_VALUE, (int) BUDGET);
        storage.letGo(); // the index: all but the first read are answered at once

        assertThat(cursor.head()).isNotNull().matches(head -> !head.isHere());
        assertThat(readAhead.bytes()).isGreaterThan(2 * budget).isLessThanOrEqualTo(budget + BUDGET / 2);
        assertThat(storage.read).hasSizeGreaterThan(8);
        assertThat(cache.lentBytes()).isPositive().isLessThanOrEqualTo(BUDGET / 2);

        storage.letGo();
        readAhead.finish(cursor, many.get(1).end(), true);
        readAhead.close();
        assertThat(cache.lentBytes()).isZero();
    }

    private void forward(ReadAhead readAhead, List<Batch> batches, int fetches) {
        for (Batch batch : batches.subList(0, fetches)) {
            now++;
            readAhead.finish(readAhead.begin(STREAM, batch.base(), Long.MAX_VALUE, 1), batch.end(), true);
        }
    }

    private ReadAhead readAhead(List<Batch> batches, int perObject, long budget) {
        return readAhead(batches, perObject, budget, budget);
    }

    private ReadAhead readAhead(List<Batch> batches, int perObject, long budget, long longestWindow) {
        List<Range> ranges = new ArrayList<>();
        for (int from = 0; from < batches.size(); from += perObject) {
            List<Batch> part = batches.subList(from, from + perObject);
            ObjectMetadata object = objects.write(part, 50);
            ranges.add(WrittenObjects.range(part, object));
        }
        FixedMetadata metadata =
                new FixedMetadata(new FixedMetadata.View(batches.get(0).base(), ranges, objects.all()));
        ReadMetrics metrics = StoreMetrics.none().read();
        Permits permits = new Permits(BUDGET);
        return new ReadAhead(
                metadata,
                new ReadAhead.Supply(
                        new IndexLoader(
                                storage::get,
                                new IndexCache(1 << 20),
                                new Permits(1 << 20),
                                WrittenObjects.AT_ONCE,
                                metrics),
                        new BlockLoader(
                                new RangedGets(storage::get, runtime, permits, metrics),
                                new BlocksInMemory(cache),
                                permits,
                                WrittenObjects.AT_ONCE,
                                metrics),
                        cache,
                        metrics),
                () -> now,
                budget,
                longestWindow,
                0);
    }
}
