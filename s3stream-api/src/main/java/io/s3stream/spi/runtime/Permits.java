package io.s3stream.spi.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous semaphore over bytes, first come first served: admission before fetching, so that catch-up reads
 * never hold more than their share. A request for more than there is in all waits for all of it. Thread-safe.
 */
public final class Permits {

    private final long total;
    private long free; // guarded by this
    private final Deque<Request> queue = new ArrayDeque<>(); // guarded by this
    private boolean granting; // guarded by this

    private record Request(long amount, CompletableFuture<Long> future) {}

    public Permits(long total) {
        this.total = total;
        this.free = total;
    }

    public long total() {
        return total;
    }

    /** Completes, on the caller's or a releasing thread, with the amount taken, which is to be released. */
    public CompletableFuture<Long> acquire(long wanted) {
        long amount = Math.min(wanted, total);
        CompletableFuture<Long> future = new CompletableFuture<>();
        synchronized (this) {
            if (!queue.isEmpty() || free < amount) {
                queue.add(new Request(amount, future));
                return future;
            }
            free -= amount;
        }
        future.complete(amount);
        return future;
    }

    /** Takes {@code amount} only if it is there at once and nobody waits: for work that can be left undone. */
    public synchronized boolean tryAcquire(long amount) {
        if (!queue.isEmpty() || free < amount) {
            return false;
        }
        free -= amount;
        return true;
    }

    /** Gives permits back, and to those who wait for them, on this thread or on that of another release. */
    public void release(long amount) {
        synchronized (this) {
            free += amount;
            if (granting) {
                return; // what is granted may fail and release at once: a thousand of those are no thousand calls deep
            }
            granting = true;
        }
        for (Request next = take(); next != null; next = take()) {
            next.future().complete(next.amount());
        }
    }

    private synchronized @Nullable Request take() {
        Request next = queue.peek();
        if (next == null || free < next.amount()) {
            granting = false;
            return null;
        }
        free -= next.amount();
        return queue.remove();
    }

    /** Whether somebody waits for permits. */
    public synchronized boolean isAwaited() {
        return !queue.isEmpty();
    }

    public synchronized long inUse() {
        return total - free;
    }
}
