package io.s3stream.spi.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous semaphore over bytes, first come, first served. Catch-up reads acquire permits before they fetch, so
 * they never hold more than their share. A request for more than the total waits for the total. Thread-safe.
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

    /**
     * Acquires permits. The future completes with the amount taken, which the caller must release. It completes on the
     * thread of the caller or of a release.
     */
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

    /** Acquires {@code amount} only if it is free and no request waits. For optional work. */
    public synchronized boolean tryAcquire(long amount) {
        if (!queue.isEmpty() || free < amount) {
            return false;
        }
        free -= amount;
        return true;
    }

    /** Returns permits, and grants them to waiting requests on this thread or on that of another release. */
    public void release(long amount) {
        synchronized (this) {
            free += amount;
            if (granting) {
                return; // a granted request may fail and release at once; this keeps a thousand of them from recursing
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

    /** Returns whether a request waits for permits. */
    public synchronized boolean isAwaited() {
        return !queue.isEmpty();
    }

    public synchronized long inUse() {
        return total - free;
    }
}
