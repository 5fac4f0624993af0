package io.s3stream.api;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Calls for many streams at once. Made together they are committed together, up to a thousand in one conditional write, so
 * that all they need is to be awaited together.
 */
final class Many {

    private Many() {}

    /** All answers in order, or the first failure in that order, when every call was answered. */
    static <T> CompletableFuture<List<T>> together(List<CompletableFuture<T>> calls) {
        return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
                .handle((nothing, error) -> null)
                .thenApply(
                        nothing -> calls.stream().map(CompletableFuture::join).toList());
    }

    /** Opens all or none: what was opened beside one that could not be is closed again. */
    static CompletableFuture<List<Stream>> open(StreamStore store, Collection<Long> ids, OpenOptions options) {
        List<CompletableFuture<Stream>> opening =
                ids.stream().map(id -> store.openStream(id, options)).toList();
        CompletableFuture<List<Stream>> opened = together(opening);
        return opened.handle((streams, failure) -> failure == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : close(opening.stream()
                                .filter(call -> !call.isCompletedExceptionally())
                                .map(CompletableFuture::join)
                                .toList()))
                .thenCompose(closed -> closed.handle((nothing, error) -> opened))
                .thenCompose(all -> all);
    }

    static CompletableFuture<Void> close(Collection<? extends Stream> streams) {
        return together(streams.stream().map(Stream::close).toList()).thenApply(all -> null);
    }
}
