package io.s3stream.kafka.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.StreamStore;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrequentReadsTest {

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger readings = new AtomicInteger();
    private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1);

    /** A store whose readings fail in both ways: a call throws, and a future fails. */
    private final StreamStore store = (StreamStore) Proxy.newProxyInstance(
            StreamStore.class.getClassLoader(), new Class<?>[] {StreamStore.class}, (proxy, method, arguments) -> {
                if (readings.incrementAndGet() % 2 == 0) {
                    throw new OutOfMemoryError("injected");
                }
                return CompletableFuture.failedFuture(new IllegalStateException("outage"));
            });

    private final FrequentReads reads = new FrequentReads(store, loop, new ClusterParts() {
        @Override
        public long nanoTime() {
            return now.get();
        }
    });

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    private void moving(int partitions) {
        CompletableFuture.runAsync(() -> reads.partitions(partitions), loop).join();
    }

    private void awaitEndOfReadings() {
        Awaitility.await()
                .until(() -> CompletableFuture.supplyAsync(() -> loop.getQueue().isEmpty(), loop)
                        .join());
    }

    @Test
    void readsRepeatedlyWhilePartitionsMove() {
        moving(2);
        Awaitility.await().until(() -> readings.get() >= 3);
        moving(0);
        awaitEndOfReadings();
    }

    @Test
    void readsRepeatedlyWhileBrokerIsSuspected() {
        CompletableFuture.runAsync(() -> reads.suspicion(true), loop).join();
        Awaitility.await().until(() -> readings.get() >= 3);
        CompletableFuture.runAsync(() -> reads.suspicion(false), loop).join();
        awaitEndOfReadings();
    }

    @Test
    void readsNothingInQuietCluster() {
        moving(0);
        assertThat(loop.getQueue()).isEmpty();
        assertThat(readings).hasValue(0);
    }

    @Test
    void moveWithoutProgressEndsTheReadings() {
        moving(2);
        now.addAndGet(FrequentReads.LIMIT_NANOS);
        awaitEndOfReadings();
        int before = readings.get();
        moving(2);
        awaitEndOfReadings();
        assertThat(readings).hasValue(before);

        moving(1); // progress
        Awaitility.await().until(() -> readings.get() > before);
    }
}
