package io.s3stream.core.stream;

import io.s3stream.core.runtime.PendingFutures;
import java.util.concurrent.CompletableFuture;

/**
 * An event that any number of callers wait for, each with its own future. A cancelled future is removed at once.
 * Thread-safe.
 */
final class Announcement<T> {

    private final CompletableFuture<T> event;
    private final PendingFutures<CompletableFuture<T>> waiting = new PendingFutures<>();

    Announcement(CompletableFuture<T> event) {
        this.event = event;
        event.whenComplete((value, error) -> waiting.forEach(future -> tell(future, value, error)));
    }

    /** Returns a future that completes like the event, on the event's thread. */
    CompletableFuture<T> listen() {
        CompletableFuture<T> future = new CompletableFuture<>();
        waiting.add(future);
        if (event.isDone()) {
            event.whenComplete((value, error) -> tell(future, value, error));
        }
        return future;
    }

    private static <T> void tell(CompletableFuture<T> future, T value, Throwable error) {
        if (error == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(error);
        }
    }
}
