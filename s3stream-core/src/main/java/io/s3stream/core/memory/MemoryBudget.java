package io.s3stream.core.memory;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the write path may hold: appends on their way plus slabs. Appends ask before they get an offset; slabs
 * are charged without asking, because refusing them would stop the work that frees memory. Thread-safe. [R27]
 */
public final class MemoryBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final Set<Waiter> waiters = new LinkedHashSet<>(); // guarded by itself; in the order of their coming
    private volatile boolean waiting;
    private volatile boolean ended;

    private record Waiter(long bytes, CompletableFuture<Void> future) {}

    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    public long limit() {
        return limit;
    }

    public long used() {
        return used.get();
    }

    /** Takes {@code bytes} if they fit. */
    public boolean tryReserve(long bytes) {
        long now = used.get();
        while (now + bytes <= limit) {
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = used.get();
        }
        return false;
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
                if (first == null || (waits && used.get() + first.bytes() > limit)) {
                    return;
                }
                waiters.remove(first);
                ready = first;
            }
            ready.future().complete(null);
        }
    }
}
