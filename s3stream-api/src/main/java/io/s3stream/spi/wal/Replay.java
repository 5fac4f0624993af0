package io.s3stream.spi.wal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Frames in order. One {@link #next()} at a time. */
public interface Replay extends AutoCloseable {

    /**
     * The next frame, or nothing at the end.
     *
     * @return fails with {@link io.s3stream.api.errors.CorruptedDataException} when a frame that is known to have been
     *     acknowledged is damaged: the message says where
     */
    CompletableFuture<Optional<ReplayedFrame>> next();

    @Override
    void close();

    /**
     * @param sequence of the frame
     * @param endPosition the position after it
     * @param checksum the chain value after it
     * @param bytes header, records and padding; valid until the next call
     */
    record ReplayedFrame(long sequence, long endPosition, int checksum, ByteBuffer bytes) {}
}
