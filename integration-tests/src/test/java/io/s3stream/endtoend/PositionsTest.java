package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamReader.TimestampedOffset;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StoreClosedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Positions by time and sizes, compared with a plain list of batches. */
class PositionsTest {

    private static final int RECORD_HEADER_BYTES = 48;
    private static final long[] EXTREMES = {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE
    };

    @TempDir
    Path dir;

    private final List<Batch> batches = new ArrayList<>();
    private long start;
    private long end;

    private record Batch(long base, long end, long bytes, long timestamp) {}

    @Test
    void positionsMatchPlainListHotColdMixedAndTrimmed() {
        for (long seed = 1; seed <= 6; seed++) {
            batches.clear();
            start = 0;
            end = 0;
            history(new Random(seed), "seed " + seed, dir.resolve("seed-" + seed));
        }
    }

    private void history(Random random, String name, Path place) {
        WatchedParts parts = new WatchedParts();
        StreamStore store = Stores.open(Stores.in(made(place)), parts);
        Stream stream = Stores.own(store, name);
        compare(stream, random, name + ", empty");
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(10)) {
                case 0 -> {
                    Stores.get(stream.close());
                    stream = Stores.own(store, name);
                }
                case 1 -> {
                    if (random.nextBoolean()) {
                        Stores.close(store);
                        parts.assertNothingIsLeft();
                    } else {
                        Stores.abandon(store);
                    }
                    store = Stores.open(Stores.in(place), parts);
                    stream = Stores.own(store, name);
                }
                case 2 -> {
                    long to = random.nextInt(6) == 0 ? end : start + random.nextLong((end - start) / 3 + 1);
                    Stores.get(stream.trim(to));
                    start = to;
                }
                case 3 -> Stores.get(stream.flush());
                default -> append(stream, random);
            }
            compare(stream, random, name + ", step " + step);
            if (random.nextInt(8) == 0) {
                Stores.get(stream.flush());
                compare(Stores.read(store, name), random, name + ", step " + step + ", read-only");
            }
        }
        Stores.close(store);
        parts.assertNothingIsLeft();
    }

    /** The border between write cache and object storage moves during the queries. */
    @Test
    void answersStayRightDuringUploadAndEviction() {
        WatchedParts parts = new WatchedParts();
        StreamStore store = Stores.open(Stores.in(dir), parts);
        Stream stream = Stores.own(store, "a");
        Random random = new Random(3);
        while (end < 3000) {
            append(stream, random);
        }
        AtomicBoolean enough = new AtomicBoolean();
        long cache = Stores.small().writeCacheBytes();
        Executor thread = task -> new Thread(task, "appender").start();
        CompletableFuture<Void> appender = CompletableFuture.runAsync(
                () -> {
                    Random payloads = new Random(4);
                    while (store.stats().appendedBytes() < 4 * cache || !enough.get()) {
                        // The queried range contains none of these batches.
                        stream.append(new RecordBatch(
                                ByteBuffer.wrap(new byte[1 + payloads.nextInt(4000)]), 1, Long.MIN_VALUE));
                    }
                },
                thread);
        int questions = 0;
        while (questions < 300 || store.stats().appendedBytes() < 4 * cache) {
            long timestamp = timestamp(random);
            OptionalLong expected = expected(timestamp);
            if (timestamp > Long.MIN_VALUE) {
                assertThat(Stores.get(stream.offsetForTimestamp(timestamp))).isEqualTo(expected);
            }
            compareSize(stream, random, "question " + questions);
            assertThat(Stores.get(stream.offsetOfMaxTimestamp())).isEqualTo(expectedGreatest());
            questions++;
        }
        enough.set(true);
        Stores.get(appender);
        Stores.close(store);
        parts.assertNothingIsLeft();
    }

    /** The segment of the first part is committed during or before the close that brings both. */
    @Test
    void closeWithSeveralSegmentsInFlightCountsNothingTwice() {
        for (int round = 0; round < 20; round++) {
            batches.clear();
            start = 0;
            end = 0;
            Random random = new Random(round);
            StreamStore store = Stores.open(Stores.in(made(dir.resolve("round-" + round))));
            Stream stream = Stores.own(store, "a");
            append(stream, random);
            CompletableFuture<Void> flush = stream.flush();
            append(stream, random);
            CompletableFuture<Void> close = stream.close();
            Stores.get(flush);
            Stores.get(close);
            compare(Stores.read(store, "a"), random, "round " + round);
            compare(Stores.own(store, "a"), random, "round " + round);
            Stores.close(store);
        }
    }

    @Test
    void readerOnOtherNodeRefreshesForMoreData() {
        StreamStore store = Stores.open(Stores.in(made(dir.resolve("owner"))));
        Stream stream = Stores.own(store, "a");
        StreamStore other = Stores.open(Stores.in(made(dir.resolve("other")))
                .storage(Stores.objects(dir.resolve("owner")))
                .nodeId(1));
        StreamReader reader = Stores.read(other, "a");
        assertThat(Stores.get(reader.offsetForTimestamp(Long.MIN_VALUE))).isEmpty();
        assertThat(Stores.get(reader.offsetOfMaxTimestamp())).isEmpty();
        append(stream, new Random(1));
        Stores.get(stream.flush());
        long first = end;
        assertThat(Stores.get(reader.sizeBytes(0, first))).isEqualTo(Stores.get(stream.sizeBytes(0, first)));
        stream.append(new RecordBatch(ByteBuffer.wrap(new byte[9]), 1, Long.MAX_VALUE));
        Stores.get(stream.flush());
        assertThat(Stores.get(reader.offsetOfMaxTimestamp())).hasValue(new TimestampedOffset(first, Long.MAX_VALUE));
        assertThat(Stores.get(reader.offsetForTimestamp(Long.MAX_VALUE))).hasValue(first);
        Stores.close(other);
        Stores.close(store);
    }

    @Test
    void badRangesAreRefused() {
        StreamStore store = Stores.open(Stores.in(dir));
        Stream stream = Stores.own(store, "a");
        append(stream, new Random(1));
        Stores.get(stream.trim(2));
        Stores.get(stream.flush());
        for (StreamReader each : List.of(stream, Stores.read(store, "a"))) {
            assertThat(Stores.failure(() -> each.sizeBytes(-1, 5)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("from=-1");
            assertThat(Stores.failure(() -> each.sizeBytes(5, 4)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("to=4")
                    .hasMessageContaining("from=5");
            assertThat(Stores.failure(() -> each.sizeBytes(1, 5)))
                    .isInstanceOf(OffsetOutOfRangeException.class)
                    .hasMessageContaining("offset=1")
                    .hasMessageContaining("[2, " + end + "]");
            assertThat(Stores.failure(() -> each.sizeBytes(2, end + 1)))
                    .isInstanceOf(OffsetOutOfRangeException.class)
                    .hasMessageContaining("offset=" + (end + 1));
            assertThat(Stores.get(each.sizeBytes(end, end))).isZero();
            assertThat(each.bytesAvailable(end)).isZero();
            assertThat(each.bytesAvailable(0)).isEqualTo(each.bytesAvailable(2));
            assertThat(Stores.failure(() -> each.bytesAvailable(-1)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("from=-1");
        }
        StreamReader reader = Stores.read(store, "a");
        Stores.close(store);
        for (StreamReader each : List.of(stream, reader)) {
            assertThat(Stores.failure(() -> each.sizeBytes(2, end))).isInstanceOf(StoreClosedException.class);
            assertThat(Stores.failure(() -> each.offsetForTimestamp(0))).isInstanceOf(StoreClosedException.class);
            assertThat(Stores.failure(each::offsetOfMaxTimestamp)).isInstanceOf(StoreClosedException.class);
            assertThat(Stores.failure(() -> each.bytesAvailable(2))).isInstanceOf(StoreClosedException.class);
        }
    }

    private void append(Stream stream, Random random) {
        List<AppendResult> results = new ArrayList<>();
        int largest = random.nextInt(4) == 0 ? 20_000 : 300;
        long center = (long) (random.nextGaussian() * 1_000_000);
        for (int i = 1 + random.nextInt(200); i > 0; i--) {
            byte[] payload = new byte[1 + random.nextInt(largest)];
            int count = 1 + random.nextInt(3);
            long timestamp = random.nextInt(500) == 0 ? timestamp(random) : center + random.nextInt(1000);
            AppendResult result = stream.append(new RecordBatch(ByteBuffer.wrap(payload), count, timestamp));
            results.add(result);
            end = result.baseOffset() + count;
            batches.add(new Batch(result.baseOffset(), end, RECORD_HEADER_BYTES + payload.length, timestamp));
        }
        results.forEach(result -> Stores.get(result.durable()));
    }

    private void compare(StreamReader stream, Random random, String as) {
        assertThat(stream.startOffset()).as(as).isEqualTo(start);
        assertThat(stream.confirmOffset()).as(as).isEqualTo(end);
        assertThat(Stores.get(stream.offsetOfMaxTimestamp())).as(as).isEqualTo(expectedGreatest());
        compareAvailable(stream, random, as);
        for (int i = 0; i < 15; i++) {
            long timestamp = timestamp(random);
            assertThat(Stores.get(stream.offsetForTimestamp(timestamp)))
                    .as("%s: timestamp %s", as, timestamp)
                    .isEqualTo(expected(timestamp));
            compareSize(stream, random, as);
        }
    }

    private void compareSize(StreamReader stream, Random random, String as) {
        long from = random.nextInt(4) == 0 ? start : start + random.nextLong(end - start + 1);
        long to = random.nextInt(4) == 0 ? end : from + random.nextLong(end - from + 1);
        long expected = 0;
        for (Batch batch : batches) {
            expected += from < to && batch.base() < to && batch.end() > from ? batch.bytes() : 0;
        }
        assertThat(Stores.get(stream.sizeBytes(from, to)))
                .as("%s: [%s, %s) of [%s, %s)", as, from, to, start, end)
                .isEqualTo(expected);
    }

    /** Between the payloads and everything that a range of the first upload could hold. */
    private void compareAvailable(StreamReader stream, Random random, String as) {
        long from = random.nextInt(4) == 0 ? start : start + random.nextLong(end - start + 1);
        long payload = 0;
        long all = 0;
        for (Batch batch : batches) {
            payload += batch.end() > from ? batch.bytes() - RECORD_HEADER_BYTES : 0;
            all += batch.bytes();
        }
        assertThat(stream.bytesAvailable(from))
                .as("%s: %s of [%s, %s)", as, from, start, end)
                .isBetween(payload, from == end ? 0 : all);
    }

    private Optional<TimestampedOffset> expectedGreatest() {
        Optional<TimestampedOffset> greatest = Optional.empty();
        for (Batch batch : batches) {
            if (batch.end() > start
                    && (greatest.isEmpty() || batch.timestamp() > greatest.get().timestamp())) {
                greatest = Optional.of(new TimestampedOffset(Math.max(start, batch.base()), batch.timestamp()));
            }
        }
        return greatest;
    }

    private OptionalLong expected(long timestamp) {
        for (Batch batch : batches) {
            if (batch.end() > start && batch.timestamp() >= timestamp) {
                return OptionalLong.of(Math.max(start, batch.base()));
            }
        }
        return OptionalLong.empty();
    }

    /** Mostly near a batch's timestamp. */
    private long timestamp(Random random) {
        if (batches.isEmpty() || random.nextInt(6) == 0) {
            return EXTREMES[random.nextInt(EXTREMES.length)];
        }
        return batches.get(random.nextInt(batches.size())).timestamp() + random.nextInt(3) - 1;
    }

    private static Path made(Path place) {
        assertThat(place.toFile().mkdirs()).isTrue();
        return place;
    }
}
