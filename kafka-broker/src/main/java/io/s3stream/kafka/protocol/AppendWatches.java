package io.s3stream.kafka.protocol;

import io.s3stream.kafka.partition.PartitionLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Waits of fetch requests for appends to any of their partitions. It owns the waits, guarded by its lock. A partition
 * has one waiter in the store however many requests wait for it, and a wait that ends leaves nothing there.
 *
 * <p>The store's own wait for several streams would register each fetch of each client with each of its partitions, and
 * again after each append.
 */
final class AppendWatches {

    /**
     * Wakes the requests of a partition that has ended, a little later on another thread. The broker may still know the log.
     * A request that waited again at once would keep the thread that forgets the log, which is the store's callback thread.
     */
    private static final Executor AFTER_END = CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS);

    private final Map<Long, Watch> watches = new HashMap<>();
    private boolean isClosed;

    /** The requests that wait for one partition. */
    private static final class Watch {
        final Set<CompletableFuture<Void>> waits = new HashSet<>();
    }

    /**
     * Completes when a partition has more records than its part of the request has seen, when it ends, or after {@code
     * nanos}. Does not fail.
     */
    CompletableFuture<Void> await(List<FetchPart> parts, long nanos) {
        CompletableFuture<Void> wait = new CompletableFuture<>();
        List<PartitionLog> logs = new ArrayList<>();
        for (FetchPart part : parts) {
            part.log().ifPresent(log -> {
                logs.add(log);
                add(log, part.seen(), wait);
            });
        }
        synchronized (this) {
            if (isClosed) {
                wait.complete(null);
            }
        }
        wait.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
        return wait.handle((woken, error) -> {
            remove(logs, wait);
            return null;
        });
    }

    private void add(PartitionLog log, long seen, CompletableFuture<Void> wait) {
        boolean isNew;
        synchronized (this) {
            Watch watch = watches.get(log.stream().id());
            isNew = watch == null;
            if (watch == null) {
                watch = new Watch();
                watches.put(log.stream().id(), watch);
            }
            watch.waits.add(wait);
        }
        if (isNew) {
            arm(log);
        }
        if (log.highWatermark() > seen) {
            wait.complete(null);
        }
    }

    /** Asks the store once for the next append. */
    private void arm(PartitionLog log) {
        CompletableFuture<Void> appended;
        try {
            appended = log.stream().whenDurable(log.highWatermark() + 1);
        } catch (RuntimeException e) {
            appended = CompletableFuture.failedFuture(e);
        }
        appended.whenComplete((nothing, error) -> {
            if (error == null) {
                wake(log);
            } else {
                AFTER_END.execute(() -> wake(log));
            }
        });
    }

    private void wake(PartitionLog log) {
        Watch watch;
        synchronized (this) {
            watch = watches.remove(log.stream().id());
        }
        if (watch != null) {
            watch.waits.forEach(wait -> wait.complete(null));
        }
    }

    /** Removes a wait from partitions that had no append. The watch stays, because the store still has its waiter. */
    @SuppressWarnings("CollectionUndefinedEquality") // identity is meant
    private synchronized void remove(List<PartitionLog> logs, CompletableFuture<Void> wait) {
        for (PartitionLog log : logs) {
            Watch watch = watches.get(log.stream().id());
            if (watch != null) {
                watch.waits.remove(wait);
            }
        }
    }

    synchronized boolean isClosed() {
        return isClosed;
    }

    /** Ends all waits, now and later. */
    void close() {
        List<CompletableFuture<Void>> waits = new ArrayList<>();
        synchronized (this) {
            isClosed = true;
            watches.values().forEach(watch -> waits.addAll(watch.waits));
        }
        waits.forEach(wait -> wait.complete(null));
    }
}
