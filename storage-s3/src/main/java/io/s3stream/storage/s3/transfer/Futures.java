package io.s3stream.storage.s3.transfer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Continues after a call. An exception of a continuation fails the continuation's future. */
public final class Futures {

    private Futures() {}

    /** Continues with the answer of a call, or with its failure, unwrapped. */
    public static <T, R> CompletableFuture<R> settle(
            CompletableFuture<T> call,
            Function<T, CompletableFuture<R>> onAnswer,
            Function<Throwable, CompletableFuture<R>> onFailure) {
        return call.handle((answer, error) -> error == null ? onAnswer.apply(answer) : onFailure.apply(unwrap(error)))
                .thenCompose(next -> next);
    }

    public static Throwable unwrap(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }
}
