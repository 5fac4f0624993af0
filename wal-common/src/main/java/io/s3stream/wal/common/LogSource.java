package io.s3stream.wal.common;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Where a replay finds the positions of one generation. They are divided into parts of the same size, laps of a ring or
 * segment files, none of which a frame straddles.
 */
public interface LogSource {

    /** The size of a part, a multiple of the descriptor's alignment. */
    long partBytes();

    /**
     * Fills {@code target}, whose memory has the descriptor's alignment, from one part. Several may be under way; they are
     * looked at in the order in which they were begun, up to the first that failed.
     */
    CompletableFuture<Void> read(long from, ByteBuffer target);

    /** The last frame there can be; {@link Long#MAX_VALUE} while that is open. */
    long last();

    /**
     * The frame after {@code sequence}, which should begin at {@code position}, is not there or bad.
     *
     * @return completes if the log ends before it, fails with {@link io.s3stream.api.errors.CorruptedDataException} if it had
     *     been acknowledged
     */
    CompletableFuture<Void> settle(long sequence, long position);

    /** Nothing is read any more; reads under way may still be. */
    void close();
}
