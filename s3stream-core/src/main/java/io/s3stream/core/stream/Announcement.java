package io.s3stream.core.stream;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One event that any number of callers wait for, each by a future of its own. A future that is cancelled leaves nothing
 * behind, however long the event takes. Thread-safe.
 */
final class Announcement<T> {

    private final CompletableFuture<T> event;
    private final Set<CompletableFuture<T>> waiting = ConcurrentHashMap.newKeySet();

    Announcement(CompletableFuture<T> event) {
        this.event = event;
        event.whenComplete((value, error) -> waiting.forEach(future -> tell(future, value, error)));
    }

    /** Completes as the event does, on its thread. */
    @SuppressWarnings("CollectionUndefinedEquality") // a set by identity: the very future that was added leaves it
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
