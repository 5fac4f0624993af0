package io.s3stream.kafka.catalogue;

import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Repeats changes of the metadata that lost against another broker's. */
public final class Conflicts {

    private static final int MAX_ATTEMPTS = 20;

    private Conflicts() {}

    /**
     * Makes a change, again after each failure that {@code isLost}, at most twenty times.
     *
     * @param attempt reads the present state, and changes it unless it has changed since
     * @param isLost gets the failure without the wrapping of futures
     * @return fails as the last attempt does
     */
    public static CompletableFuture<Void> repeated(
            Supplier<CompletableFuture<Void>> attempt, Predicate<Throwable> isLost) {
        return repeated(attempt, isLost, MAX_ATTEMPTS);
    }

    private static CompletableFuture<Void> repeated(
            Supplier<CompletableFuture<Void>> attempt, Predicate<Throwable> isLost, int attempts) {
        return attempt.get()
                .handle((changed, error) -> {
                    if (error == null) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    Throwable cause = Catalogue.unwrapped(error);
                    return attempts > 1 && isLost.test(cause)
                            ? repeated(attempt, isLost, attempts - 1)
                            : CompletableFuture.<Void>failedFuture(cause);
                })
                .thenCompose(next -> next);
    }
}
