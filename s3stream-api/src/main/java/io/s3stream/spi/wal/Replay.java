package io.s3stream.spi.wal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Frames in order. The engine calls {@link #next()} again only after the previous frame arrived.
 *
 * <p><b>Deadline.</b> Each future completes within the deadline of a {@link WalMedium}, with the same consequences.
 */
public interface Replay extends AutoCloseable {

    /**
     * The next frame, or nothing at the end. Deadline: that of the medium.
     *
     * @return fails with {@link io.s3stream.api.errors.CorruptedDataException} when a frame is damaged that is known to
     *     have been acknowledged: the message names the place
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
