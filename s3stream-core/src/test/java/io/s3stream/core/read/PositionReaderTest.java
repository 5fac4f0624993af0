package io.s3stream.core.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.StreamReader.TimestampedOffset;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.read.WrittenObjects.Batch;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.core.read.blocks.RangedGets;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.MeteredObjectStorage;
import io.s3stream.spi.runtime.Permits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PositionReaderTest {

    private static final long STREAM = FixedMetadata.STREAM;

    private final WrittenObjects objects = new WrittenObjects();
    private final ThreadedRuntime runtime = new ThreadedRuntime(0, null, false);
    private final List<BlockCache> caches = new ArrayList<>();

    @AfterEach
    void onlyCachesHoldMemory() {
        caches.forEach(BlockCache::close);
        runtime.close();
        objects.assertNothingIsHeld();
    }

    @Test
    void readerAnswersAsPlainListForAnyTrimAndRange() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            List<Batch> batches = WrittenObjects.batches(random, 1 + random.nextInt(300));
            List<Range> ranges = new ArrayList<>();
            int from = 0;
            while (from < batches.size()) {
                int to = Math.min(batches.size(), from + 1 + random.nextInt(80));
                // The object may hold more than the range, which may begin and end inside a block.
                int first = Math.max(0, from - random.nextInt(5));
                int last = Math.min(batches.size(), to + random.nextInt(5));
                ObjectMetadata object = objects.write(batches.subList(first, last), 1 + random.nextInt(12));
                ranges.add(WrittenObjects.range(batches.subList(from, to), object));
                from = to;
            }
            Range oldest = ranges.get(0);
            long start = oldest.start() + random.nextLong(oldest.end() - oldest.start());
            long end = ranges.get(ranges.size() - 1).end();
            PositionReader reader = reader(new FixedMetadata(new FixedMetadata.View(start, ranges, objects.all())));
            for (int question = 0; question < 60; question++) {
                long low = start + random.nextLong(end - start);
                long high = low + 1 + random.nextLong(end - low);
                long timestamp = WrittenObjects.timestamp(random);
                String as = "seed " + seed + ": " + timestamp + " in [" + low + ", " + high + ") of " + batches;
                assertThat(reader.recordBytes(STREAM, low, high).join()).as(as).isEqualTo(bytes(batches, low, high));
                assertThat(reader.offsetForTimestamp(STREAM, low, high, timestamp)
                                .join())
                        .as(as)
                        .isEqualTo(first(batches, low, high, timestamp));
            }
            assertThat(reader.offsetForTimestamp(STREAM, 0, Long.MAX_VALUE, Long.MIN_VALUE)
                            .join())
                    .hasValue(start);
            long greatest = greatest(batches, start);
            long at = first(batches, start, end, greatest).orElseThrow();
            assertThat(reader.offsetOfMaxTimestamp(STREAM, 0, greatest).join())
                    .as("seed %s from %s: %s", seed, start, batches)
                    .hasValue(new TimestampedOffset(at, greatest));
            if (greatest < Long.MAX_VALUE) {
                assertThat(reader.offsetOfMaxTimestamp(STREAM, 0, greatest + 1).join())
                        .isEmpty();
            }
        }
    }

    @Test
    void timestampCostsOneIndexAndBlockAndSizeCostsTwo() {
        List<Batch> batches = WrittenObjects.batches(new Random(1), 3000);
        List<Range> ranges = new ArrayList<>();
        for (int from = 0; from < batches.size(); from += 100) {
            List<Batch> part = batches.subList(from, from + 100);
            ranges.add(WrittenObjects.range(part, objects.write(part, 10)));
        }
        FixedMetadata metadata =
                new FixedMetadata(new FixedMetadata.View(ranges.get(0).start(), ranges, objects.all()));
        MeteredObjectStorage metered = new MeteredObjectStorage(objects.storage());
        long greatest = batches.stream().mapToLong(Batch::timestamp).max().orElseThrow();
        reader(metadata, metered)
                .offsetForTimestamp(STREAM, 0, Long.MAX_VALUE, greatest)
                .join();
        assertThat(metered.counters().reads()).isEqualTo(2);
        long end = ranges.get(ranges.size() - 1).end();
        reader(metadata, metered)
                .recordBytes(STREAM, ranges.get(0).start(), end)
                .join();
        assertThat(metered.counters().reads()).isEqualTo(2);
        reader(metadata, metered)
                .recordBytes(STREAM, ranges.get(0).start() + 1, end - 1)
                .join();
        assertThat(metered.counters().reads()).isLessThanOrEqualTo(6);
    }

    /** A compaction may copy the greatest timestamp of a range whose first batches are trimmed. */
    @Test
    void timestampOfTrimmedBatchIsNotTheGreatest() {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            batches.add(new Batch(2 * i, 2 * i + 2, 10, i == 3 ? 1000 : i));
        }
        List<Range> ranges = List.of(
                WrittenObjects.range(batches.subList(0, 20), objects.write(batches.subList(0, 20), 10)),
                WrittenObjects.range(batches.subList(20, 30), objects.write(batches.subList(20, 30), 10)),
                WrittenObjects.range(batches.subList(30, 40), objects.write(batches.subList(30, 40), 10)));
        MeteredObjectStorage metered = new MeteredObjectStorage(objects.storage());

        assertThat(greatest(new FixedMetadata.View(0, ranges, objects.all()), metered))
                .hasValue(new TimestampedOffset(6, 1000));
        assertThat(greatest(new FixedMetadata.View(7, ranges, objects.all()), metered))
                .as("the stream begins inside the batch")
                .hasValue(new TimestampedOffset(7, 1000));
        assertThat(greatest(new FixedMetadata.View(8, ranges, objects.all()), metered))
                .hasValue(new TimestampedOffset(78, 39));
        assertThat(greatest(new FixedMetadata.View(80, ranges, objects.all()), metered))
                .isEmpty();
    }

    @Test
    void greatestTimestampCostsOneIndexAndBlockUnlessTheFirstRangeMayHaveIt() {
        List<Batch> batches = new ArrayList<>();
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            batches.add(new Batch(i, i + 1, 10, i == 50 ? 1 << 20 : i));
        }
        for (int from = 0; from < batches.size(); from += 100) {
            List<Batch> part = batches.subList(from, from + 100);
            ranges.add(WrittenObjects.range(part, objects.write(part, 10)));
        }
        MeteredObjectStorage metered = new MeteredObjectStorage(objects.storage());
        assertThat(greatest(new FixedMetadata.View(150, ranges, objects.all()), metered))
                .hasValue(new TimestampedOffset(2999, 2999));
        assertThat(metered.counters().reads()).isEqualTo(2);
        assertThat(greatest(new FixedMetadata.View(0, ranges, objects.all()), metered))
                .hasValue(new TimestampedOffset(50, 1 << 20));
        assertThat(metered.counters().reads()).isEqualTo(4);
        assertThat(greatest(new FixedMetadata.View(51, ranges, objects.all()), metered))
                .hasValue(new TimestampedOffset(2999, 2999));
        assertThat(metered.counters().reads()).as("two indexes, two blocks").isEqualTo(8);
    }

    private Optional<TimestampedOffset> greatest(FixedMetadata.View view, MeteredObjectStorage metered) {
        return reader(new FixedMetadata(view), metered)
                .offsetOfMaxTimestamp(STREAM, 0, Long.MIN_VALUE)
                .join();
    }

    @Test
    void replacedObjectIsLookedUpAgain_R20() {
        List<Batch> batches = WrittenObjects.batches(new Random(2), 50);
        ObjectMetadata gone = new ObjectMetadata(99, "data/gone", 100_000, 1, 1);
        ObjectMetadata present = objects.write(batches, 5);
        long start = batches.get(3).base();
        long end = batches.get(49).end();
        FixedMetadata.View before =
                new FixedMetadata.View(start, List.of(WrittenObjects.range(batches, gone)), List.of(gone));
        FixedMetadata.View after =
                new FixedMetadata.View(start, List.of(WrittenObjects.range(batches, present)), List.of(present));

        assertThat(reader(new FixedMetadata(before, after))
                        .recordBytes(STREAM, start, end)
                        .join())
                .isEqualTo(bytes(batches, start, end));
        assertThat(reader(new FixedMetadata(before, after))
                        .offsetForTimestamp(STREAM, start, end, Long.MIN_VALUE)
                        .join())
                .hasValue(start);

        FixedMetadata.View unnamed = new FixedMetadata.View(start, before.ranges(), List.of());
        assertThat(reader(new FixedMetadata(unnamed, after))
                        .recordBytes(STREAM, start, end)
                        .join())
                .isEqualTo(bytes(batches, start, end));
        for (FixedMetadata.View lost : List.of(before, unnamed)) {
            FixedMetadata metadata = new FixedMetadata(lost);
            assertThatThrownBy(() ->
                            reader(metadata).recordBytes(STREAM, start, end).join())
                    .hasCauseInstanceOf(CorruptedDataException.class)
                    .hasMessageContaining("not in object storage");
            assertThat(metadata.refreshes())
                    .as("a single answer is not believed")
                    .isEqualTo(2);
        }
    }

    @Test
    void trimmedOrDeletedRangeIsReported() {
        FixedMetadata metadata = new FixedMetadata(new FixedMetadata.View(
                7, List.of(new Range(5, 9, 1, 100, 0)), List.of(new ObjectMetadata(1, "data/1", 100, 1, 1))));
        assertThatThrownBy(() -> reader(metadata).recordBytes(STREAM, 6, 8).join())
                .hasCauseInstanceOf(OffsetOutOfRangeException.class)
                .hasMessageContaining("[7, 9]");
        assertThatThrownBy(() -> reader(metadata).recordBytes(STREAM + 1, 6, 8).join())
                .hasCauseInstanceOf(StreamNotFoundException.class);
    }

    private PositionReader reader(FixedMetadata metadata) {
        return reader(metadata, new MeteredObjectStorage(objects.storage()));
    }

    private PositionReader reader(FixedMetadata metadata, MeteredObjectStorage metered) {
        BlockCache cache = new BlockCache(1 << 20);
        caches.add(cache);
        Permits permits = new Permits(1 << 20);
        ReadMetrics metrics = StoreMetrics.none().read();
        return new PositionReader(
                metadata,
                new IndexLoader(
                        metered::get, new IndexCache(1 << 20), new Permits(1 << 20), WrittenObjects.AT_ONCE, metrics),
                new BlockLoader(
                        new RangedGets(metered::get, runtime, permits, metrics),
                        new BlocksInMemory(cache),
                        permits,
                        WrittenObjects.AT_ONCE,
                        metrics));
    }

    private static long bytes(List<Batch> batches, long from, long to) {
        return batches.stream()
                .filter(batch -> batch.end() > from && batch.base() < to)
                .mapToLong(Batch::bytes)
                .sum();
    }

    private static long greatest(List<Batch> batches, long from) {
        return batches.stream()
                .filter(batch -> batch.end() > from)
                .mapToLong(Batch::timestamp)
                .max()
                .orElseThrow();
    }

    private static OptionalLong first(List<Batch> batches, long from, long to, long timestamp) {
        return batches.stream()
                .filter(batch -> batch.end() > from && batch.base() < to && batch.timestamp() >= timestamp)
                .mapToLong(batch -> Math.max(from, batch.base()))
                .findFirst();
    }
}
