package io.s3stream.core.append.waiting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * The waiters at the end of one stream. Each waits for an offset or for a number of bytes, until the first of them is
 * reached. Thousands may wait. An append that satisfies none of them costs two comparisons. Guards its own state.
 */
public final class TailWaiters {

    private static final long NONE = Long.MAX_VALUE;

    private record Waiter(long offset, long bytes, long number, CompletableFuture<Void> future) {}

    private final TreeSet<Waiter> byOffset = new TreeSet<>(
            Comparator.comparingLong(Waiter::offset).thenComparingLong(Waiter::number)); // guarded by this
    private final TreeSet<Waiter> byBytes =
            new TreeSet<>(Comparator.comparingLong(Waiter::bytes).thenComparingLong(Waiter::number)); // guarded by this
    private long count; // guarded by this

    // The minima of all waiters. Written under the lock, read without it; a caller that adds a waiter reads them again.
    private volatile long nextOffset = NONE;
    private volatile long nextBytes = NONE;

    /**
     * Completes when everything before {@code offset}, or {@code bytes} of payload, are confirmed. The caller must then
     * call {@link #wake}, because the condition may just have become true.
     */
    public CompletableFuture<Void> add(long offset, long bytes) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        Waiter waiter;
        synchronized (this) {
            waiter = new Waiter(offset, bytes, count++, future);
            byOffset.add(waiter);
            byBytes.add(waiter);
            note();
        }
        future.whenComplete((nothing, error) -> {
            if (error != null) {
                forget(waiter);
            }
        });
        return future;
    }

    /** Returns whether {@link #wake} would wake a waiter. Two comparisons, without the lock. */
    public boolean areReachedBy(long confirmOffset, long confirmedBytes) {
        return confirmOffset >= nextOffset || confirmedBytes >= nextBytes;
    }

    /** Wakes the satisfied waiters on the calling thread. */
    public void wake(long confirmOffset, long confirmedBytes) {
        if (!areReachedBy(confirmOffset, confirmedBytes)) {
            return;
        }
        List<Waiter> ready = new ArrayList<>();
        synchronized (this) {
            while (!byOffset.isEmpty() && byOffset.first().offset() <= confirmOffset) {
                ready.add(byOffset.pollFirst());
            }
            while (!byBytes.isEmpty() && byBytes.first().bytes() <= confirmedBytes) {
                Waiter waiter = byBytes.pollFirst();
                if (byOffset.remove(waiter)) {
                    ready.add(waiter);
                }
            }
            ready.forEach(byBytes::remove);
            note();
        }
        ready.forEach(waiter -> waiter.future().complete(null));
    }

    public void failAll(Throwable reason) {
        List<Waiter> losers;
        synchronized (this) {
            losers = List.copyOf(byOffset);
            byOffset.clear();
            byBytes.clear();
            note();
        }
        losers.forEach(waiter -> waiter.future().completeExceptionally(reason));
    }

    private synchronized void forget(Waiter waiter) {
        if (byOffset.remove(waiter)) {
            byBytes.remove(waiter);
            note();
        }
    }

    private void note() {
        nextOffset = byOffset.isEmpty() ? NONE : byOffset.first().offset();
        nextBytes = byBytes.isEmpty() ? NONE : byBytes.first().bytes();
    }
}
