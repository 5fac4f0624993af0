package io.s3stream.wal.common;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Removes the wrappers that futures add to a failure. */
public final class Futures {

    private Futures() {}

    /** Returns the cause within all {@link CompletionException}s around it. */
    public static Throwable unwrap(Throwable error) {
        Throwable inner = error;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** Completes {@code answer} with {@code value}, or with {@code error} unwrapped if that is given. */
    public static <T> void complete(CompletableFuture<T> answer, @Nullable T value, @Nullable Throwable error) {
        if (error == null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(unwrap(error));
        }
    }
}
