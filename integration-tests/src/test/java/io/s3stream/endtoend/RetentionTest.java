package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.retention.RetentionPolicy;
import io.s3stream.api.retention.RetentionTask;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expired and excess data is deleted, and a policy keeps the rest, in memory and in object storage alike. */
class RetentionTest {

    private static final int PAYLOAD = 1000;
    private static final int BATCH_BYTES = PAYLOAD + 48;
    private static final int BATCHES = 300;

    @TempDir
    Path dir;

    private StreamStore store;
    private Stream stream;

    @BeforeEach
    void openAndFill() {
        store = Stores.open(StreamStore.builder()
                .storage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT))
                .wal(Stores.wal(dir))
                .config(Stores.small()));
        stream = Stores.own(store, "kept");
        for (int i = 0; i < BATCHES; i++) {
            // The batch at offset 2 i has timestamp 1000 i + 1, but each tenth one is an hour early.
            append(i * 1000L + 1 - (i % 10 == 9 ? 3_600_000 : 0));
            if (i == BATCHES / 2) {
                Stores.get(stream.flush());
            }
        }
    }

    @AfterEach
    void close() {
        Stores.close(store);
    }

    @Test
    void hostTrimsWithItsOwnCallAndOnlyIfThereIsSomethingToTrim() {
        RetentionPolicy policy = RetentionPolicy.ofTime(Duration.ofSeconds(50));
        List<String> steps = new ArrayList<>();
        LongFunction<CompletableFuture<Void>> saveAndTrim = newStart -> {
            steps.add("saved at start " + stream.startOffset());
            return stream.trim(newStart).thenRun(() -> steps.add("trimmed to " + newStart));
        };
        assertThat(Stores.get(policy.apply(stream, 50_000, saveAndTrim))).isZero();
        assertThat(steps).isEmpty();
        assertThat(Stores.get(policy.apply(stream, 51_000, saveAndTrim))).isEqualTo(2);
        assertThat(steps).containsExactly("saved at start 0", "trimmed to 2");
        assertThat(stream.startOffset()).isEqualTo(2);
    }

    @Test
    void retentionTrimsOldBatchesUpToFirstRecentOne() {
        RetentionPolicy policy = RetentionPolicy.ofTime(Duration.ofSeconds(50));
        assertThat(Stores.get(policy.apply(stream, 50_000))).isZero();
        assertThat(stream.startOffset()).isZero();
        assertThat(Stores.get(policy.apply(stream, 51_000))).isEqualTo(2);
        assertThat(Stores.get(policy.apply(stream, 58_500))).isEqualTo(20); // batch 9 is early, and 8 is too old
        assertThat(Stores.get(policy.apply(stream, 250_000))).isEqualTo(400);
        assertThat(stream.startOffset()).isEqualTo(400);
        assertThat(Stores.get(policy.apply(stream, 100_000)))
                .as("a clock that goes back restores nothing")
                .isEqualTo(400);
        assertThat(Stores.get(policy.apply(stream, Long.MAX_VALUE))).isEqualTo(stream.confirmOffset());
        append(400_000);
        assertThat(stream.confirmOffset()).isEqualTo(2 * BATCHES + 2);
    }

    @Test
    void retentionTrimsExcessBytesAndKeepsLimit() {
        for (int keep : new int[] {299, 200, 151, 150, 149, 20, 3, 1}) {
            long bytes = (long) keep * BATCH_BYTES;
            long start = Stores.get(RetentionPolicy.ofBytes(bytes).apply(stream, 0));
            assertThat(start).isEqualTo(stream.startOffset());
            long left = Stores.get(stream.sizeBytes(start, stream.confirmOffset()));
            assertThat(left).isBetween(bytes, bytes + bytes / 64 + BATCH_BYTES);
        }
        long start = stream.startOffset();
        assertThat(Stores.get(RetentionPolicy.ofBytes(1_000_000).apply(stream, 0)))
                .isEqualTo(start);
    }

    @Test
    void bothLimitsApplyAndMissingLimitDoesNot() {
        assertThat(Stores.get(new RetentionPolicy(null, 0).apply(stream, Long.MAX_VALUE)))
                .isZero();
        RetentionPolicy both = RetentionPolicy.ofTime(Duration.ofSeconds(100)).andBytes(250L * BATCH_BYTES);
        assertThat(Stores.get(both.apply(stream, 110_000)))
                .as("by bytes")
                .isBetween(2 * 45L, 2 * 50L + 1); // the limit may be inside a batch, which then stays
        assertThat(Stores.get(both.apply(stream, 300_000))).as("by time").isEqualTo(2 * 200);
    }

    @Test
    void taskTrimsItsStreamsUntilDetachedOrClosed() {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        AtomicLong clock = new AtomicLong();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (RetentionTask task = new RetentionTask(
                scheduler, Duration.ofMillis(5), clock::get, (failed, error) -> failures.add(error))) {
            task.attach(stream, RetentionPolicy.ofTime(Duration.ofSeconds(10)));
            clock.set(20_000);
            await().untilAsserted(() -> assertThat(stream.startOffset()).isEqualTo(20));
            task.detach(stream);
            assertThat(task.attached()).isZero();

            Stream other = Stores.own(store, "other");
            task.attach(other, RetentionPolicy.ofBytes(1));
            Stores.get(
                    other.append(new RecordBatch(ByteBuffer.allocate(10), 1, 5)).durable());
            Stores.get(
                    other.append(new RecordBatch(ByteBuffer.allocate(10), 1, 5)).durable());
            clock.set(100_000);
            await().untilAsserted(() -> assertThat(other.startOffset()).isEqualTo(1));
            assertThat(stream.startOffset()).as("it is detached").isEqualTo(20);
            assertThat(failures).isEmpty();

            Stores.get(other.close());
            await().until(() -> task.attached() == 0 || !failures.isEmpty());
        } finally {
            scheduler.shutdownNow();
        }
    }

    /** The clock and the listener belong to the host. */
    @Test
    void throwingHostDoesNotSkipOtherStreams() {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        Random random = new Random(1);
        LongSupplier clock = () -> {
            if (random.nextBoolean()) {
                throw new AssertionError("thrown by the clock");
            }
            return 20_000;
        };
        try (RetentionTask task = new RetentionTask(scheduler, Duration.ofMillis(5), clock, (failed, error) -> {
            throw new AssertionError("thrown by the listener", error);
        })) {
            for (int i = 0; i < 5; i++) {
                Stream other = Stores.own(store, "other-" + i);
                Stores.get(other.append(RecordBatch.of("old", 1)).durable());
                Stores.get(other.append(RecordBatch.of("newer", 1)).durable());
                task.attach(other, RetentionPolicy.ofBytes(1));
                await().untilAsserted(() -> assertThat(other.startOffset()).isEqualTo(1));
            }
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void freshBatchesWithoutATimestampAreNotTrimmedByTime() {
        Stream fresh = Stores.own(store, "fresh");
        for (int i = 0; i < 100; i++) {
            Stores.get(
                    fresh.append(new RecordBatch(ByteBuffer.allocate(10), 1, 0)).durable());
        }
        RetentionPolicy policy = RetentionPolicy.ofTime(Duration.ofDays(7));
        assertThat(Stores.failure(() -> policy.apply(fresh, System.currentTimeMillis())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("stream=" + fresh.id() + " offset=99")
                .hasMessageContaining("timestamp");
        assertThat(fresh.startOffset()).isZero();
        Stores.get(fresh.flush());
        assertThat(Stores.failure(() -> policy.apply(fresh, System.currentTimeMillis())))
                .as("also when they are in object storage")
                .isInstanceOf(InvalidRequestException.class);
        assertThat(fresh.startOffset()).isZero();
    }

    @Test
    void aBatchWithoutATimestampBehindExpiredOnesStopsTheTrim() {
        Stream mixed = Stores.own(store, "mixed");
        for (long timestamp : new long[] {10, 20, 0, 0, 1_000_000}) {
            Stores.get(mixed.append(new RecordBatch(ByteBuffer.allocate(10), 2, timestamp))
                    .durable());
        }
        RetentionPolicy policy = RetentionPolicy.ofTime(Duration.ofMillis(100));
        assertThat(Stores.failure(() -> policy.apply(mixed, 500_000)))
                .hasMessageContaining("stream=" + mixed.id() + " offset=6");
        assertThat(mixed.startOffset()).isZero();
        assertThat(Stores.get(policy.apply(mixed, 2_000_000)))
                .as("a later batch with an expired timestamp proves that they are old")
                .isEqualTo(10);
    }

    @Test
    void theLimitByBytesHoldsAlthoughTheLimitByTimeIsRefused() {
        Stream both = Stores.own(store, "both");
        for (int i = 0; i < 10; i++) {
            Stores.get(
                    both.append(new RecordBatch(ByteBuffer.allocate(52), 1, 0)).durable());
        }
        RetentionPolicy policy = RetentionPolicy.ofTime(Duration.ofMillis(100)).andBytes(300);
        assertThat(Stores.failure(() -> policy.apply(both, 500_000))).hasMessageContaining("timestamp");
        assertThat(both.startOffset()).isEqualTo(7);
    }

    @Test
    void senselessLimitsAreRefused() {
        Assertions.assertThatThrownBy(() -> RetentionPolicy.ofTime(Duration.ZERO))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("retentionTime");
        Assertions.assertThatThrownBy(() -> RetentionPolicy.ofBytes(-1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("retentionBytes=-1");
    }

    private void append(long timestamp) {
        Stores.get(stream.append(new RecordBatch(ByteBuffer.allocate(PAYLOAD), 2, timestamp))
                .durable());
    }
}
