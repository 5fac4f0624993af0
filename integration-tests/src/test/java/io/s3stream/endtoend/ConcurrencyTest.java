package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.AppendResult;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StoreClosedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All operations at once from many threads, against a model that knows every acknowledged batch. */
class ConcurrencyTest {

    private static final int STREAMS = 5;
    private static final int LARGEST = 6000;

    @TempDir
    Path dir;

    /** A stream: the present handle, and the acknowledged batch at each offset. */
    private static final class Model {
        private final String name;
        private final int index;
        private final Map<Long, Long> acked = new ConcurrentSkipListMap<>();
        private final AtomicLong trimmed = new AtomicLong();
        private volatile Stream stream;

        Model(int index, Stream stream) {
            this.index = index;
            this.name = stream.name();
            this.stream = stream;
        }
    }

    private final AtomicLong ids = new AtomicLong();
    private final List<Model> models = new ArrayList<>();
    private volatile long deadline;

    @Test
    void concurrentAppendsFetchesTrimsFlushesAndReopensMatchModel() throws Exception {
        run(Duration.ofMillis(Long.getLong("concurrency.millis", 3000)));
    }

    @Test
    @Tag("campaign")
    void longConcurrentAppendsFetchesTrimsFlushesAndReopensMatchModel() throws Exception {
        run(Duration.ofMinutes(2));
    }

    private void run(Duration time) throws Exception {
        WatchedParts parts = new WatchedParts();
        StreamStore store = Stores.open(Stores.in(dir), parts);
        for (int i = 0; i < STREAMS; i++) {
            models.add(new Model(i, Stores.own(store, "s" + i)));
        }
        deadline = System.nanoTime() + time.toNanos();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            work.add(threads.submit(() -> append(models.get(0))));
            work.add(threads.submit(() -> append(any())));
            work.add(threads.submit(() -> seek()));
            work.add(threads.submit(() -> follow(any())));
        }
        work.add(threads.submit(() -> upset(store)));
        for (Future<?> each : work) {
            each.get(time.toSeconds() + 60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        StoreStats stats = store.stats();
        assertThat(stats.uploadedBytes()).isPositive();
        models.forEach(model -> check(model, model.stream));
        Stores.close(store);
        parts.assertNothingIsLeft();
        StreamStore again = Stores.open(Stores.in(dir), parts);
        models.forEach(model -> check(model, Stores.own(again, model.name)));
        Stores.close(again);
        parts.assertNothingIsLeft();
    }

    private boolean goesOn() {
        return System.nanoTime() < deadline;
    }

    private Model any() {
        return models.get(ThreadLocalRandom.current().nextInt(models.size()));
    }

    private void append(Model model) {
        Deque<Runnable> inFlight = new ArrayDeque<>();
        while (goesOn()) {
            long id = ids.incrementAndGet();
            ByteBuffer payload = Payloads.bytes(model.index, id, LARGEST);
            try {
                int count = 1 + (int) (id % 3);
                AppendResult result = model.stream.append(new RecordBatch(payload, count, id));
                inFlight.add(() -> {
                    assertThat(Stores.get(result.durable())).isEqualTo(result.baseOffset());
                    assertThat(model.acked.put(result.baseOffset(), id))
                            .as("assigned twice")
                            .isNull();
                });
            } catch (StoreClosedException beingReopened) {
                Thread.yield();
            }
            if (inFlight.size() > 50) {
                inFlight.remove().run();
            }
        }
        inFlight.forEach(Runnable::run);
    }

    private void seek() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (goesOn()) {
            Model model = any();
            Stream stream = model.stream;
            long start = random.nextLong(stream.startOffset(), stream.confirmOffset() + 1);
            long end = random.nextBoolean() ? Long.MAX_VALUE : start + random.nextInt(500);
            try (FetchResult result =
                    Stores.get(stream.fetch(start, end, 1 + random.nextInt(50_000), FetchOptions.NO_WAIT))) {
                verify(model, result, start);
            } catch (OffsetOutOfRangeException trimmedMeanwhile) {
                assertThat(trimmedMeanwhile.startOffset()).isGreaterThan(start);
            } catch (StoreClosedException reopened) {
                Thread.yield();
            }
        }
    }

    private void follow(Model model) {
        long next = model.stream.startOffset();
        while (goesOn()) {
            FetchOptions options = new FetchOptions(Duration.ofMillis(50), 2000);
            try (FetchResult result = Stores.get(model.stream.fetch(next, Long.MAX_VALUE, 20_000, options))) {
                verify(model, result, next);
                next = result.nextOffset();
            } catch (OffsetOutOfRangeException trimmedMeanwhile) {
                assertThat(trimmedMeanwhile.startOffset()).isGreaterThan(next);
                next = trimmedMeanwhile.startOffset();
            } catch (StoreClosedException reopened) {
                Thread.yield();
            }
        }
    }

    private void upset(StreamStore store) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (goesOn()) {
            Model model = any();
            Stream stream = model.stream;
            switch (random.nextInt(4)) {
                case 0 -> {
                    long from = stream.startOffset();
                    long newStart = from + (stream.confirmOffset() - from) / 4;
                    Stores.get(stream.trim(newStart));
                    model.trimmed.accumulateAndGet(newStart, Math::max);
                }
                case 1 -> Stores.get(store.flush());
                case 2 -> Stores.get(stream.flush());
                default -> {
                    Stores.get(stream.close());
                    model.stream = Stores.own(store, model.name);
                }
            }
        }
    }

    /** Contiguous, and each batch as an appender made it. */
    private static void verify(Model model, FetchResult result, long start) {
        long next = -1;
        for (FetchedBatch batch : result.batches()) {
            if (next < 0) {
                assertThat(batch.baseOffset()).isLessThanOrEqualTo(start);
                assertThat(batch.endOffset()).isGreaterThan(start);
            } else {
                assertThat(batch.baseOffset()).isEqualTo(next);
            }
            next = batch.endOffset();
            long id = batch.maxTimestamp();
            assertThat(batch.recordCount()).isEqualTo(1 + (int) (id % 3));
            assertThat(batch.payload()).isEqualTo(Payloads.bytes(model.index, id, LARGEST));
            Long known = model.acked.get(batch.baseOffset());
            assertThat(known == null || known == id)
                    .as("%s at %s", model.name, batch.baseOffset())
                    .isTrue();
        }
        assertThat(result.nextOffset()).isEqualTo(next < 0 ? start : next);
    }

    /** Exactly the acknowledged and untrimmed batches. */
    private static void check(Model model, Stream stream) {
        assertThat(stream.startOffset()).isEqualTo(model.trimmed.get());
        Map<Long, Long> found = new ConcurrentSkipListMap<>();
        Stores.scan(
                stream,
                stream.startOffset(),
                stream.confirmOffset(),
                100_000,
                batch -> found.put(batch.baseOffset(), batch.maxTimestamp()));
        Map<Long, Long> expected = new ConcurrentSkipListMap<>(model.acked);
        expected.keySet().removeIf(offset -> offset < model.trimmed.get());
        found.keySet()
                .removeIf(offset -> offset < model.trimmed.get()); // the batch that holds the start begins before it
        assertThat(found).as(model.name).isEqualTo(expected);
    }
}
