package io.s3stream.kafka.cluster;

import io.s3stream.api.StreamStore;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads the metadata more often than the watch while partitions move. So a broker opens a partition soon after its release,
 * and clients soon learn of its leader. Owned by the loop of the cluster, which runs its tasks.
 */
final class FrequentReads {

    private static final long INTERVAL_MILLIS = 20;

    /** Partitions whose number has not changed for this long wait for the watch, like any other change. */
    static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final StreamStore store;
    private final ScheduledExecutorService loop;
    private final ClusterParts parts;
    private int moving;
    private boolean isSuspected;
    private long changedAt;
    private boolean isReading;

    FrequentReads(StreamStore store, ScheduledExecutorService loop, ClusterParts parts) {
        this.store = store;
        this.loop = loop;
        this.parts = parts;
    }

    /** The number of partitions that are not open at the broker that should lead them. */
    void partitions(int count) {
        if (count != moving) {
            moving = count;
            changedAt = parts.nanoTime();
        }
        readSoon();
    }

    /** Whether a broker is suspected, so that its partitions are expected to move. */
    void suspicion(boolean exists) {
        if (exists != isSuspected) {
            isSuspected = exists;
            changedAt = parts.nanoTime();
        }
        readSoon();
    }

    private void readSoon() {
        boolean isExpected = moving > 0 || isSuspected;
        if (isExpected && !isReading && parts.nanoTime() - changedAt < LIMIT_NANOS) {
            isReading = true;
            loop.schedule(this::read, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** The watch tells the changes. A reading that fails is followed by the next one like any other. */
    private void read() {
        FutureCalls.of(store::snapshot)
                .whenCompleteAsync(
                        (snapshot, error) -> {
                            isReading = false;
                            readSoon();
                        },
                        task -> Cluster.execute(loop, task));
    }
}
