package io.s3stream.cli.terminal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waiting for the library. */
public final class Futures {

    private Futures() {}

    /** Waits; throws what the future failed with. */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw unchecked(e);
        }
    }

    /** The failure itself, out of its wrapping. */
    public static RuntimeException unchecked(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return cause instanceof RuntimeException unchecked ? unchecked : new ToolException(cause.toString(), cause);
    }
}
