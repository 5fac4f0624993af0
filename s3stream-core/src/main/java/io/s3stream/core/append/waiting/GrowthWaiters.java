package io.s3stream.core.append.waiting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The waiters for the growth of one stream. Each is told when the confirmed bytes reach its mark, and may then set
 * another. Thousands may wait. An append that reaches no mark costs one comparison. Guards its own state and that of its
 * waiters.
 */
public final class GrowthWaiters {

    private static final long NONE = Long.MAX_VALUE;

    /** A waiter on one stream. It is told on the thread that wakes, without a lock. */
    public abstract static class Waiter {

        private long mark; // guarded by the GrowthWaiters, like all fields
        private long number;
        private boolean isWaiting;

        /** The mark is reached, or the stream has ended. Must not throw. */
        protected abstract void wake();
    }

    private final TreeSet<Waiter> byMark = new TreeSet<>(Comparator.<Waiter>comparingLong(waiter -> waiter.mark)
            .thenComparingLong(waiter -> waiter.number)); // guarded by this
    private long count; // guarded by this

    /** The least mark. Written under the lock, read without it; a caller that sets a mark reads the bytes again. */
    private volatile long nextMark = NONE;

    /**
     * Sets the mark of a waiter, which may be waiting already. The caller must then compare the mark with the confirmed
     * bytes again, because they may just have reached it.
     */
    public synchronized void await(Waiter waiter, long mark) {
        if (waiter.isWaiting && waiter.mark == mark) {
            return;
        }
        remove(waiter);
        waiter.mark = mark;
        waiter.number = count++;
        byMark.add(waiter);
        waiter.isWaiting = true;
        note();
    }

    /** Removes a waiter, if it waits. */
    public synchronized void remove(Waiter waiter) {
        if (waiter.isWaiting) {
            byMark.remove(waiter);
            waiter.isWaiting = false;
            note();
        }
    }

    /** Returns the number of waiters. */
    public synchronized int size() {
        return byMark.size();
    }

    /** Returns whether {@link #wake} would wake a waiter. It is a comparison without the lock. */
    public boolean isReachedBy(long confirmedBytes) {
        return confirmedBytes >= nextMark;
    }

    /** Wakes the waiters whose marks are reached, on the calling thread. */
    public void wake(long confirmedBytes) {
        if (isReachedBy(confirmedBytes)) {
            reached(confirmedBytes).forEach(Waiter::wake);
        }
    }

    /** Wakes all waiters, because the stream has ended. */
    public void wakeAll() {
        reached(NONE).forEach(Waiter::wake);
    }

    private synchronized List<Waiter> reached(long confirmedBytes) {
        List<Waiter> ready = new ArrayList<>();
        while (!byMark.isEmpty() && byMark.first().mark <= confirmedBytes) {
            Waiter first = byMark.first();
            ready.add(first);
            byMark.remove(first);
            first.isWaiting = false;
        }
        note();
        return ready;
    }

    private void note() {
        nextMark = byMark.isEmpty() ? NONE : byMark.first().mark;
    }
}
