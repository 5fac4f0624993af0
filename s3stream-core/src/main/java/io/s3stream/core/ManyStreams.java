package io.s3stream.core;

import io.s3stream.api.Stream;
import io.s3stream.core.errors.Failures;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Calls for many streams at once. Calls made together are committed together, up to a thousand in one conditional
 * write. So the caller only has to await them together.
 */
final class ManyStreams {

    private ManyStreams() {}

    /** Completes when every call was answered: with all answers in order, or with the first failure in that order. */
    static <A, T> CompletableFuture<List<T>> together(List<A> arguments, Function<A, CompletableFuture<T>> call) {
        return join(begin(arguments, call));
    }

    /** Opens all streams or none: if one cannot be opened, the others are closed again. */
    static CompletableFuture<List<Stream>> open(List<Long> ids, Function<Long, CompletableFuture<Stream>> open) {
        List<CompletableFuture<Stream>> opening = begin(ids, open);
        CompletableFuture<List<Stream>> opened = join(opening);
        return opened.handle((streams, failure) -> failure == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : close(opening.stream()
                                .filter(call -> !call.isCompletedExceptionally())
                                .map(CompletableFuture::join)
                                .toList()))
                .thenCompose(closed -> closed.handle((nothing, error) -> opened))
                .thenCompose(all -> all);
    }

    /** Closes all streams. Fails with the first failure. */
    static CompletableFuture<Void> close(Collection<Stream> streams) {
        return together(List.copyOf(streams), Stream::close).thenApply(all -> null);
    }

    /** Starts all calls. A call that throws counts as failed, and the others continue. */
    private static <A, T> List<CompletableFuture<T>> begin(List<A> arguments, Function<A, CompletableFuture<T>> call) {
        return arguments.stream()
                .map(each -> Failures.answerOf(() -> call.apply(each)))
                .toList();
    }

    private static <T> CompletableFuture<List<T>> join(List<CompletableFuture<T>> calls) {
        return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
                .handle((nothing, error) -> null)
                .thenApply(
                        nothing -> calls.stream().map(CompletableFuture::join).toList());
    }
}
