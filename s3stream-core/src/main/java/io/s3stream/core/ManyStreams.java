package io.s3stream.core;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.core.OwnerOpenings.Opened;
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

    /** Opens all or none: if one cannot be opened, the new handles of the others are closed again. */
    static CompletableFuture<List<Opened>> open(List<Long> ids, Function<Long, CompletableFuture<Opened>> open) {
        List<CompletableFuture<Opened>> opening = begin(ids, open);
        CompletableFuture<List<Opened>> opened = join(opening);
        return opened.handle((streams, failure) -> failure == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : closeNew(opening.stream()
                                .filter(call -> !call.isCompletedExceptionally())
                                .map(CompletableFuture::join)
                                .toList()))
                .thenCompose(closed -> closed.handle((nothing, error) -> opened))
                .thenCompose(all -> all);
    }

    static List<Stream> streams(List<Opened> opened) {
        return opened.stream().map(Opened::stream).toList();
    }

    /** Closes the handles that these openings have made; the others belong to earlier callers. */
    static CompletableFuture<Void> closeNew(List<Opened> opened) {
        return close(opened.stream().filter(Opened::isNew).map(Opened::stream).toList());
    }

    /** Closes all of them; fails as the first of them does. */
    static CompletableFuture<Void> close(Collection<? extends StreamReader> streams) {
        return together(List.<StreamReader>copyOf(streams), StreamReader::close).thenApply(all -> null);
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
