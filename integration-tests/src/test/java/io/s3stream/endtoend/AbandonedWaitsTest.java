package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamReader.Position;
import io.s3stream.api.StreamStore;
import io.s3stream.core.CoreStoreProvider;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A caller that no longer waits leaves nothing behind, however it ends its future. */
@Timeout(300)
class AbandonedWaitsTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final int WAITS = Integer.getInteger("waits", 200_000);
    private static final int SAMPLES = 100;
    /** An object of any kind that stays for each wait would be more. */
    private static final long MAX_LEFT_BYTES = 2 << 20;

    @TempDir
    Path dir;

    /** The ways in which a caller abandons a future. */
    private enum Manner {
        CANCEL {
            @Override
            void abandon(CompletableFuture<?> future) {
                future.cancel(false);
            }
        },
        COMPLETE {
            @Override
            void abandon(CompletableFuture<?> future) {
                future.complete(null);
            }
        },
        FAIL {
            @Override
            void abandon(CompletableFuture<?> future) {
                future.completeExceptionally(new IllegalStateException("of the caller's"));
            }
        },
        TIMEOUT {
            @Override
            void abandon(CompletableFuture<?> future) {
                future.orTimeout(1, TimeUnit.NANOSECONDS);
            }
        };

        abstract void abandon(CompletableFuture<?> future);
    }

    @Test
    void abandonedWaitsLeaveNothing() {
        FaultyWals wals = new FaultyWals();
        StreamStore store = Stores.get(new CoreStoreProvider(wals).open(Stores.in(dir)));
        Stream stream = Stores.own(store, "a");
        Stores.get(stream.append(RecordBatch.of("x", 1)).durable());
        Stores.get(stream.flush());
        StreamReader reader = Stores.read(store, "a");
        wals.silence("/wal?");
        fillQueue(store, stream);

        Map<String, Supplier<CompletableFuture<?>>> waits = waits(store, stream, reader);
        waits.values().forEach(wait -> abandon(wait, SAMPLES)); // loads classes
        long before = heapAfterCollection();
        waits.forEach((name, wait) -> {
            CompletableFuture<?> first = wait.get();
            assertThat(first).as(name).isNotDone();
            first.cancel(false);
            List<WeakReference<CompletableFuture<?>>> samples = abandon(wait, WAITS / waits.size());
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                long after = heapAfterCollection();
                assertThat(samples).as(name).noneMatch(sample -> sample.get() != null);
                assertThat(after - before).as("heap of %s", name).isLessThan(MAX_LEFT_BYTES);
            });
        });
        wals.answer();
        Stores.close(store);
    }

    /** Returns some of the futures. */
    private static List<WeakReference<CompletableFuture<?>>> abandon(Supplier<CompletableFuture<?>> wait, int count) {
        List<WeakReference<CompletableFuture<?>>> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<?> future = wait.get();
            Manner.values()[i % Manner.values().length].abandon(future);
            if (i % SAMPLES == 0) {
                samples.add(new WeakReference<>(future));
            }
        }
        return samples;
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Appends until the frames and the queue are full, so that {@code writable} waits. */
    private static void fillQueue(StreamStore store, Stream stream) {
        RecordBatch batch = RecordBatch.of(new byte[1000], 1);
        int taken = 0;
        int before = -1;
        while (taken > before) {
            before = taken;
            while (catchThrowable(() -> stream.tryAppend(batch)) == null) {
                taken++;
            }
            Stores.get(store.flush()); // uploads nothing, and completes after all pending work on appends
        }
    }

    private static Map<String, Supplier<CompletableFuture<?>>> waits(
            StreamStore store, Stream stream, StreamReader reader) {
        FetchOptions poll = FetchOptions.longPoll(LONG);
        Map<String, Supplier<CompletableFuture<?>>> waits = new LinkedHashMap<>();
        waits.put("whenDurable of the owner", () -> stream.whenDurable(1_000_000));
        waits.put("whenDurable of a reader", () -> reader.whenDurable(1_000_000));
        waits.put("writable", () -> stream.writable(100_000));
        waits.put("fetch of the owner", () -> stream.fetch(1, 10, 10, poll));
        waits.put("fetch of a reader", () -> reader.fetch(1, 10, 10, poll));
        waits.put("closed of the owner", stream::closed);
        waits.put("closed of a reader", reader::closed);
        List<Position> owned = List.of(new Position(stream, 1));
        List<Position> both = List.of(new Position(stream, 1), new Position(reader, 1));
        waits.put("whenReadable of an owner", () -> store.whenReadable(owned, 1, LONG));
        waits.put("whenReadable of both", () -> store.whenReadable(both, 1, LONG));
        return waits;
    }
}
