package io.s3stream.core.stream;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An event that any number of callers wait for, each with its own future. A cancelled future is removed at once.
 * Thread-safe.
 */
final class Announcement<T> {

    private final CompletableFuture<T> event;
    private final Set<CompletableFuture<T>> waiting = ConcurrentHashMap.newKeySet();

    Announcement(CompletableFuture<T> event) {
        this.event = event;
        event.whenComplete((value, error) -> waiting.forEach(future -> tell(future, value, error)));
    }

    /** Returns a future that completes like the event, on the event's thread. */
    @SuppressWarnings("CollectionUndefinedEquality") // compares by identity
    CompletableFuture<T> listen() {
        CompletableFuture<T> future = new CompletableFuture<>();
        waiting.add(future);
        future.whenComplete((value, error) -> waiting.remove(future));
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
