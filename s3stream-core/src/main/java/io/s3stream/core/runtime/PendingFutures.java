package io.s3stream.core.runtime;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Futures that are not complete yet. Each leaves when it completes, so a cancelled future is removed at once. The order of
 * a visit depends on the calls alone. A set by identity would have another order in each process, and a simulated history
 * could not be repeated. Thread-safe.
 */
public final class PendingFutures<F extends CompletableFuture<?>> {

    private final Map<Long, F> pending = new ConcurrentHashMap<>();
    private final AtomicLong added = new AtomicLong();

    /** Adds a future until it completes. */
    public void add(F future) {
        long number = added.incrementAndGet();
        pending.put(number, future);
        future.whenComplete((value, error) -> pending.remove(number));
    }

    /** Calls {@code action} with each future that is not complete. */
    public void forEach(Consumer<F> action) {
        pending.values().forEach(action);
    }
}
