package io.s3stream.core.append.waiting;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The waiters for the growth of one stream. Each is woken when the confirmed bytes reach its mark, and may then set
 * another. Thousands may wait: to add, move or remove one takes constant time, because a wait for many streams does it on
 * all of them. An append below the least mark costs one comparison. Guards its own state and that of its waiters.
 */
public final class GrowthWaiters {

    private static final long NONE = Long.MAX_VALUE;

    /** A waiter on one stream. It is woken without a lock, on the thread that wakes. */
    public abstract static class Waiter {

        private long mark; // guarded by the GrowthWaiters, like all fields
        private @Nullable Waiter previous;
        private @Nullable Waiter next;
        private boolean isWaiting;

        /** The mark is reached, or the stream has ended. Must not throw. */
        protected abstract void wake();
    }

    private @Nullable Waiter first; // guarded by this, like the next two; a list in order of arrival
    private @Nullable Waiter last;
    private int size;

    /**
     * A lower bound of all marks, exact after each {@link #wake}. Written under the lock, read without it; a caller that
     * sets a mark reads the bytes again.
     */
    private volatile long nextMark = NONE;

    /**
     * Sets the mark of a waiter, which may be waiting already. The caller must then compare the mark with the confirmed
     * bytes again, because they may just have reached it.
     */
    public synchronized void await(Waiter waiter, long mark) {
        waiter.mark = mark;
        if (!waiter.isWaiting) {
            append(waiter);
        }
        if (mark < nextMark) {
            nextMark = mark;
        }
    }

    /** Removes a waiter, if it waits. */
    public synchronized void remove(Waiter waiter) {
        if (waiter.isWaiting) {
            unlink(waiter);
            if (first == null) {
                nextMark = NONE;
            }
        }
    }

    /** Returns the number of waiters. */
    public synchronized int size() {
        return size;
    }

    /** Returns false if {@link #wake} would wake no waiter. It is a comparison without the lock. */
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
        long least = NONE;
        for (Waiter waiter = first; waiter != null; ) {
            Waiter following = waiter.next;
            if (waiter.mark <= confirmedBytes) {
                ready.add(waiter);
                unlink(waiter);
            } else {
                least = Math.min(least, waiter.mark);
            }
            waiter = following;
        }
        nextMark = least;
        return ready;
    }

    private void append(Waiter waiter) {
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        waiter.isWaiting = true;
        size++;
    }

    private void unlink(Waiter waiter) {
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.isWaiting = false;
        size--;
    }
}
