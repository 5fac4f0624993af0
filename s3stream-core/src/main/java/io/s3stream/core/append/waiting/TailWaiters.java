package io.s3stream.core.append.waiting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits at the end of one stream, and for what: an offset, or a number of bytes, whichever comes first. Thousands may
 * wait; an append that satisfies none of them costs two comparisons. Guards its own state.
 */
public final class TailWaiters {

    private static final long NOBODY = Long.MAX_VALUE;

    private record Waiter(long offset, long bytes, long number, CompletableFuture<Void> future) {}

    private final TreeSet<Waiter> byOffset = new TreeSet<>(
            Comparator.comparingLong(Waiter::offset).thenComparingLong(Waiter::number)); // guarded by this
    private final TreeSet<Waiter> byBytes =
            new TreeSet<>(Comparator.comparingLong(Waiter::bytes).thenComparingLong(Waiter::number)); // guarded by this
    private long count; // guarded by this

    // The least anybody waits for, written under the lock and read without: it is read again after adding a waiter.
    private volatile long nextOffset = NOBODY;
    private volatile long nextBytes = NOBODY;

    /**
     * Completes when everything before {@code offset} is confirmed, or {@code bytes} are. The caller calls {@link #wake}
     * after it, because what is waited for may just have come.
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

    /** Whether {@link #wake} would wake somebody; two comparisons, without the lock. */
    public boolean areReachedBy(long confirmOffset, long confirmedBytes) {
        return confirmOffset >= nextOffset || confirmedBytes >= nextBytes;
    }

    /** Wakes whom this satisfies, on the calling thread. */
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
        nextOffset = byOffset.isEmpty() ? NOBODY : byOffset.first().offset();
        nextBytes = byBytes.isEmpty() ? NOBODY : byBytes.first().bytes();
    }
}
