package io.s3stream.wal.block;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What a writer does, besides writing, so that it is known when it may acknowledge and when its space is free. */
interface WriterGuard {

    /** Where an operating system lock fences: there is nothing to look at. */
    WriterGuard LOCK = new WriterGuard() {
        @Override
        public CompletableFuture<Void> write(Supplier<CompletableFuture<Void>> write) {
            return write.get();
        }

        @Override
        public CompletableFuture<Void> ended(boolean clean) {
            return CompletableFuture.completedFuture(null);
        }
    };

    /**
     * Writes a frame and finds out whether it may be acknowledged.
     *
     * @return fails with {@link io.s3stream.api.errors.FencedException} when this writer was fenced, with anything else
     *     when that is not known: no acknowledgement either
     */
    CompletableFuture<Void> write(Supplier<CompletableFuture<Void>> write);

    /**
     * The writer is closed and nothing of it is under way. Called once.
     *
     * @param clean whether every write reported success: one that failed may still land
     */
    CompletableFuture<Void> ended(boolean clean);
}
