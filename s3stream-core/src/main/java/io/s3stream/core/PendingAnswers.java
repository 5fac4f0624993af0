package io.s3stream.core;

import io.s3stream.api.FetchResult;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What callers of a store wait for. All of it is answered when the store closes: it may depend on a request that object
 * storage never answers, or on a context that takes no more work [L14]. Thread-safe.
 */
final class PendingAnswers {

    private final Executor callbacks;
    private final AtomicLong calls = new AtomicLong();
    /** By the number of the call, so that a simulation ends them in the same order each time. */
    private final Map<Long, Pending<?>> pending = new ConcurrentHashMap<>();

    private volatile @Nullable StreamException closed;

    /** @param callbacks where answers are given */
    PendingAnswers(Executor callbacks) {
        this.callbacks = callbacks;
    }

    /** The same future, completing on the callback executor if it is not complete already, without the wrappers that futures add. */
    <T> CompletableFuture<T> of(CompletableFuture<T> source) {
        if (source.isDone() && !source.isCompletedExceptionally()) {
            return source;
        }
        Pending<T> call = new Pending<>(source, new CompletableFuture<>());
        long number = calls.getAndIncrement();
        pending.put(number, call);
        call.answer().whenComplete((value, error) -> pending.remove(number));
        source.whenCompleteAsync((value, error) -> answer(call, value, error), callbacks);
        StreamException reason = closed;
        if (reason != null) {
            end(call, reason);
        }
        return call.answer();
    }

    /** The store is closed: whoever waits, now or later, hears the reason. */
    void end(StreamException reason) {
        closed = reason;
        pending.values().forEach(call -> end(call, reason));
    }

    private void end(Pending<?> call, StreamException reason) {
        if (!call.source().isDone()) { // otherwise its own answer is on the way
            callbacks.execute(() -> call.answer().completeExceptionally(reason));
        }
    }

    private <T> void answer(Pending<T> call, T value, @Nullable Throwable error) {
        if (error == null) {
            if (!call.answer().complete(value) && value instanceof FetchResult unread) {
                unread.close();
            }
            return;
        }
        Throwable cause = Failures.unwrap(error);
        StreamException reason = closed;
        // What fails because its storage was closed under it is not a failure of the storage.
        call.answer().completeExceptionally(reason != null && cause instanceof StorageException ? reason : cause);
    }

    private record Pending<T>(CompletableFuture<T> source, CompletableFuture<T> answer) {}
}
