package io.s3stream.wal.common;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * The positions of one generation, as a replay reads them. The positions are divided into parts of one size: laps of a
 * ring, or segment files. No frame spans two parts.
 */
public interface LogSource {

    /** Returns the size of a part, a multiple of the descriptor's alignment. */
    long partBytes();

    /**
     * Fills {@code target}, whose memory has the descriptor's alignment, from one part. Several reads may be in flight.
     * The replay uses them in the order of the calls, up to the first that failed.
     */
    CompletableFuture<Void> read(long from, ByteBuffer target);

    /** Returns the sequence of the last frame of the generation; {@link Long#MAX_VALUE} while that is unknown. */
    long last();

    /**
     * Decides about the frame after {@code sequence}, which should begin at {@code position} and is missing or bad.
     *
     * @return completes if the log ends before that frame; fails with {@link
     *     io.s3stream.api.errors.CorruptedDataException} if the frame had been acknowledged
     */
    CompletableFuture<Void> settle(long sequence, long position);

    /** Ends reading: no new read begins. Reads in flight may still complete. */
    void close();
}
