package io.s3stream.wal.block.ring;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What a writer does, besides writing, so that it is known when it may acknowledge and when its space is free. */
public interface WriterGuard {

    /**
     * Writes a frame and finds out whether it may be acknowledged.
     *
     * @return fails with {@link io.s3stream.api.errors.FencedException} when this writer was fenced, with anything else
     *     when that is not known: no acknowledgement either
     */
    CompletableFuture<Void> write(Supplier<CompletableFuture<Void>> write);

    /**
     * Looks at the fence where that costs less than a hop to another thread. Called on the I/O thread, right before each write.
     *
     * @throws io.s3stream.api.errors.FencedException when this writer was fenced
     */
    default void look() throws IOException {}

    /**
     * As {@link #look()}, right after each write.
     *
     * @throws IOException when the next opener would not find what was written
     */
    default void lookAgain() throws IOException {}

    /**
     * The writer is closed and nothing of it is under way. Called once.
     *
     * @param clean whether every write reported success: one that failed may still land
     */
    CompletableFuture<Void> ended(boolean clean);
}
