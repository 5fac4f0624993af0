package io.s3stream.kafka.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Makes calls whose callers rely on an answer. */
final class FutureCalls {

    private FutureCalls() {}

    /**
     * Returns the future of a call. It fails if the call throws. Otherwise a caller that
     * marks something as busy until the answer would never remove the mark.
     */
    static <T> CompletableFuture<T> of(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (Throwable e) { // an Error too: memory may be short for a moment only
            return CompletableFuture.failedFuture(e);
        }
    }
}
