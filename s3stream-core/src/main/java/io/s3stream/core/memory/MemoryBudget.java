package io.s3stream.core.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the write path may hold: appends on their way plus slabs. Appends ask before they get an offset; slabs
 * are charged without asking, because refusing them would stop the work that frees memory. Thread-safe. [R27]
 */
public final class MemoryBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final Deque<Waiter> waiters = new ArrayDeque<>(); // guarded by itself
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

    /** Completes, on whichever thread releases memory, when {@code bytes} would fit; nothing is reserved by it. */
    public CompletableFuture<Void> whenAvailable(long bytes) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        synchronized (waiters) {
            waiters.add(new Waiter(bytes, future));
            waiting = true;
        }
        wakeWaiters();
        return future;
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
                Waiter first = waiters.peek();
                boolean waits = first != null && !ended && !first.future().isDone();
                waiting = first != null;
                if (first == null || (waits && used.get() + first.bytes() > limit)) {
                    return;
                }
                ready = waiters.remove();
            }
            ready.future().complete(null);
        }
    }
}
