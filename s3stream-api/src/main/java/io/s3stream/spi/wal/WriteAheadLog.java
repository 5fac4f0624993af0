package io.s3stream.spi.wal;

import java.util.concurrent.CompletableFuture;

/**
 * The writer of one generation. Called from one serial context. A failed append ends the generation: every later append
 * fails too, and nothing is retried on the medium.
 */
public interface WriteAheadLog extends AutoCloseable {

    WalProfile profile();

    /**
     * Takes space for the next frame.
     *
     * @param frameBytes a multiple of the alignment, at most {@code maxFrameBytes}
     * @return its position, or -1 while there is no room: ask again after a {@link #trim}
     */
    long reserve(int frameBytes);

    /**
     * Writes a frame into the space reserved last. Several may be under way.
     *
     * @return completes, on any thread and in any order, when the frame is durable and the writer is known not to have
     *     been fenced. Never completes, also not with a failure, while the frame's bytes are still being read.
     */
    CompletableFuture<Void> append(WalFrame frame);

    /** Space before {@code position} may be used again. Not a durability point. */
    void trim(long position);

    /** Bytes between the last trim and the last reservation. */
    long usedBytes();

    /**
     * Completes when no I/O is under way any more; the futures of appends complete then, or a moment later. The medium
     * stays attached.
     */
    CompletableFuture<Void> closeAsync();

    @Override
    default void close() {
        closeAsync().join();
    }
}
