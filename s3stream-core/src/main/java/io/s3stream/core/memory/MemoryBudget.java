package io.s3stream.core.memory;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the write path may hold: appends on their way plus slabs. Appends ask before they get an offset; slabs
 * are charged without asking, because refusing them would stop the work that frees memory. Appends that are in no slab yet have a
 * share of the limit only: with more of it, segments would be uploaded before they are filled [R45]. Thread-safe. [R27]
 */
public final class MemoryBudget {

    private static final int QUEUE_SHARE = 8;

    private final long limit;
    private final long queueLimit;
    private final AtomicLong slabs = new AtomicLong(); // a part of what is used
    private final AtomicLong used = new AtomicLong();
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

    /** Takes {@code bytes} for an append if they fit. */
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

    /** Whether there is room for an append. One that exceeds the share of the queue fits into an empty queue. */
    private boolean fits(long now, long bytes) {
        long queued = now - slabs.get();
        return now + bytes <= limit && (queued <= 0 || queued + bytes <= queueLimit);
    }

    /** Takes a slab, whether it fits or not. */
    void chargeSlab(long bytes) {
        slabs.addAndGet(bytes);
        charge(bytes);
    }

    void releaseSlab(long bytes) {
        slabs.addAndGet(-bytes);
        release(bytes);
    }

    /** Takes {@code bytes} whether they fit or not. */
    public void charge(long bytes) {
        used.addAndGet(bytes);
    }

    public void release(long bytes) {
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
