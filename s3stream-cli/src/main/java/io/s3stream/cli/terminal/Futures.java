package io.s3stream.cli.terminal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for futures of the library. */
public final class Futures {

    private Futures() {}

    /** Waits. Throws the failure of the future. */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw unchecked(e);
        }
    }

    /** Returns the failure without its wrappers. */
    public static RuntimeException unchecked(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return cause instanceof RuntimeException unchecked ? unchecked : new ToolException(cause.toString(), cause);
    }
}
