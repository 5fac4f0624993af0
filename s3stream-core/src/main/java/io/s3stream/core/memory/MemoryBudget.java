package io.s3stream.core.memory;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the memory of the write path: queued appends, slabs, and objects on the heap. An append must reserve memory
 * before it gets an offset. All other memory is charged unconditionally, because a refusal would stop the work that
 * frees memory [R27].
 *
 * <p>Queued appends may take only a share of the limit. A larger share would cause uploads of segments that are not
 * full yet [R45]. An append counts against the share only until it is copied into a slab. Other memory must not block
 * the queue while the limit has room. Each thread may exceed the share by one append. Thread-safe.
 */
public final class MemoryBudget {

    private static final int QUEUE_SHARE = 8;

    private final long limit;
    private final long queueLimit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong outsideQueue = new AtomicLong(); // a part of `used`
    private final Set<Waiter> waiters = new LinkedHashSet<>(); // guarded by itself; in order of arrival
    private volatile boolean waiting;
    private volatile boolean ended;

    private record Waiter(long bytes, CompletableFuture<Void> future) {}

    public MemoryBudget(long limit) {
        this.limit = limit;
        this.queueLimit = limit / QUEUE_SHARE;
    }

    public long limit() {
        return limit;
    }

    public long used() {
        return used.get();
    }

    /** Returns the bytes that queued appends use. */
    public long queued() {
        return used.get() - outsideQueue.get();
    }

    /** Returns the maximum of {@link #queued}, in bytes. */
    public long queueLimit() {
        return queueLimit;
    }

    /** Reserves {@code bytes} for a queued append if they fit. */
    public boolean tryReserve(long bytes) {
        long now = used.get();
        while (fits(now, bytes)) {
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = used.get();
        }
        return false;
    }

    /**
     * Accepts an append of any size while the queue is below its share, so a large append need not wait for an empty
     * queue.
     */
    private boolean fits(long now, long bytes) {
        return now + bytes <= limit && now - outsideQueue.get() < queueLimit;
    }

    /**
     * Records that appends left the queue.
     *
     * @param released bytes to give back now
     * @param kept bytes that stay in use outside the queue, until {@link #release}
     */
    public void leaveQueue(long released, long kept) {
        outsideQueue.addAndGet(kept);
        giveBack(released);
    }

    /**
     * Records that appends returned to the queue, whether they fit or not.
     *
     * @param charged bytes to charge now
     * @param kept bytes that the appends used outside the queue
     */
    public void returnToQueue(long charged, long kept) {
        used.addAndGet(charged);
        outsideQueue.addAndGet(-kept);
    }

    /** Charges {@code bytes} outside the queue, whether they fit or not. */
    public void charge(long bytes) {
        outsideQueue.addAndGet(bytes); // first: otherwise the queue would look larger than it is, and refuse an append
        used.addAndGet(bytes);
    }

    /** Gives back {@code bytes} that were used outside the queue. */
    public void release(long bytes) {
        outsideQueue.addAndGet(-bytes);
        giveBack(bytes);
    }

    private void giveBack(long bytes) {
        used.addAndGet(-bytes);
        if (waiting) {
            wakeWaiters();
        }
    }

    /**
     * Returns a future that completes when {@code bytes} would fit. It completes on the thread that releases memory,
     * and reserves nothing. A caller that stops waiting must cancel the future, which removes the waiter.
     */
    public CompletableFuture<Void> whenAvailable(long bytes) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        Waiter waiter = new Waiter(bytes, future);
        synchronized (waiters) {
            waiters.add(waiter);
            waiting = true;
        }
        future.whenComplete((nothing, error) -> {
            if (error != null) {
                synchronized (waiters) {
                    waiters.remove(waiter);
                }
            }
        });
        wakeWaiters();
        return future;
    }

    /** Returns the number of futures of {@link #whenAvailable} that are neither complete nor cancelled. */
    public int waiters() {
        synchronized (waiters) {
            return waiters.size();
        }
    }

    /** Completes all present and future waiters, because the memory will not become available. */
    public void endWaiting() {
        ended = true;
        wakeWaiters();
    }

    /** Returns the largest amount of bytes that a waiter needs, or 0 without waiters. */
    public long wanted() {
        if (!waiting) {
            return 0;
        }
        synchronized (waiters) {
            waiters.removeIf(waiter -> waiter.future().isDone());
            return waiters.stream().mapToLong(Waiter::bytes).max().orElse(0);
        }
    }

    private void wakeWaiters() {
        while (true) {
            Waiter ready;
            synchronized (waiters) {
                Waiter first = waiters.isEmpty() ? null : waiters.iterator().next();
                boolean waits = first != null && !ended && !first.future().isDone();
                waiting = first != null;
                if (first == null || (waits && !fits(used.get(), first.bytes()))) {
                    return;
                }
                waiters.remove(first);
                ready = first;
            }
            ready.future().complete(null);
        }
    }
}
