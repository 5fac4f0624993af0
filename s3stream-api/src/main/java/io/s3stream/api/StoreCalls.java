package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.ServiceProviders;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** How the builder of stores calls the implementation. Stateless. */
final class StoreCalls {

    private StoreCalls() {}

    /** A wrong option is reported as every other error is: through the future. */
    static <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    static StreamStoreProvider provider() {
        return ServiceProviders.of(StreamStoreProvider.class, StoreCalls.class).stream()
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException(
                        "no store implementation on the class path: add the dependency io.s3stream:s3stream-core"));
    }
}
