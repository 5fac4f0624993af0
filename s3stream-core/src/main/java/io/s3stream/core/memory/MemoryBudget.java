package io.s3stream.core.memory;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the memory of the write path: queued appends, slabs, and objects on the heap. Appends ask before they get an
 * offset. Everything else is charged without asking, because refusing it would stop the work that frees memory [R27].
 *
 * <p>Queued appends have a share of the limit. With more of it, segments would be uploaded before they are filled [R45].
 * Only an append that is in no slab yet counts against the share: the rest of the memory must not stop the queue while the
 * limit has room. Threads may exceed the share by one append each. Thread-safe.
 */
public final class MemoryBudget {

    private static final int QUEUE_SHARE = 8;

    private final long limit;
    private final long queueLimit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong outsideQueue = new AtomicLong(); // a part of what is used
    private final Set<Waiter> waiters = new LinkedHashSet<>(); // guarded by itself; in the order of their coming
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

    /** Memory of queued appends. */
    public long queued() {
        return used.get() - outsideQueue.get();
    }

    /** How much of it queued appends may have. */
    public long queueLimit() {
        return queueLimit;
    }

    /** Takes {@code bytes} for a queued append if they fit. */
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

    /** An append of any size is taken while the queue is below its share: a large one does not wait for an empty queue. */
    private boolean fits(long now, long bytes) {
        return now + bytes <= limit && now - outsideQueue.get() < queueLimit;
    }

    /**
     * Appends leave the queue.
     *
     * @param released bytes that they give back
     * @param kept bytes that they go on using; {@link #release} gives them back
     */
    public void leaveQueue(long released, long kept) {
        outsideQueue.addAndGet(kept);
        giveBack(released);
    }

    /**
     * Appends go back to the queue, whether they fit or not.
     *
     * @param charged bytes that they take
     * @param kept bytes that they used outside the queue
     */
    public void returnToQueue(long charged, long kept) {
        used.addAndGet(charged);
        outsideQueue.addAndGet(-kept);
    }

    /** Takes {@code bytes} outside the queue, whether they fit or not. */
    public void charge(long bytes) {
        outsideQueue.addAndGet(bytes); // first: a queue that looks larger than it is would refuse an append
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
     * Completes, on the thread that releases memory, when {@code bytes} would fit; nothing is reserved by it. To be cancelled
     * when nobody waits any more: then nothing is left of it.
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

    /** Number of futures of {@link #whenAvailable} that are neither complete nor cancelled. */
    public int waiters() {
        synchronized (waiters) {
            return waiters.size();
        }
    }

    /** Nobody waits any more, now or later: what they wait for will not come. */
    public void endWaiting() {
        ended = true;
        wakeWaiters();
    }

    /** The most that anybody is waiting for, or 0. */
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
