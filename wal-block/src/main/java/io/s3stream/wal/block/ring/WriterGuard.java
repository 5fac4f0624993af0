package io.s3stream.wal.block.ring;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Guards a writer: decides when it may acknowledge a frame, and notes when its space is free. */
public interface WriterGuard {

    /**
     * Writes a frame, and checks whether it may be acknowledged.
     *
     * @return fails with {@link io.s3stream.api.errors.FencedException} if this writer was fenced. Fails with another
     *     exception if that is unknown. In both cases the frame must not be acknowledged
     */
    CompletableFuture<Void> write(Supplier<CompletableFuture<Void>> write);

    /**
     * Checks the fence, if that costs less than a switch to another thread. Called on the I/O thread, right before each
     * write.
     *
     * @throws io.s3stream.api.errors.FencedException if this writer was fenced
     */
    default void look() throws IOException {}

    /**
     * Checks the fence as {@link #look()} does, right after each write.
     *
     * @throws IOException if the next opener would not find the written bytes
     */
    default void lookAgain() throws IOException {}

    /**
     * Notes that the writer is closed and has no write in flight. Called once.
     *
     * @param clean whether every write reported success; a failed write may still land
     */
    CompletableFuture<Void> ended(boolean clean);
}
