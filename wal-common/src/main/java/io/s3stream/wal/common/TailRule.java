package io.s3stream.wal.common;

import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalDescriptor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decides between a torn tail and a damaged log (rule R7). Suppose that a replay finds a bad frame N. If N was never
 * acknowledged, the log ends before it. If N was acknowledged, the replay must fail. A later frame with an intact
 * header is evidence for the second case in two ways: its ackedThrough includes N, or the writer could not have issued
 * it before N was acknowledged.
 *
 * <p>A WAL decides how far to look, and which positions a header found at a position may name. Stateless.
 */
public abstract class TailRule {

    /** Returns the maximum distance from the start of the bad frame to the start of evidence, inclusive. */
    public abstract long windowBytes(WalDescriptor descriptor);

    /** Returns whether a frame written for position {@code written} may be found at position {@code found}. */
    protected abstract boolean isPlace(long written, long found, WalDescriptor descriptor);

    /**
     * Returns whether {@code header}, intact and found at {@code position}, proves that the frame with sequence
     * {@code bad} had been acknowledged.
     */
    public boolean isEvidence(FrameHeader header, long position, long bad, WalDescriptor descriptor) {
        return header.walEpoch() == descriptor.walEpoch()
                && header.nonce() == descriptor.nonce()
                && isPlace(header.position(), position, descriptor)
                && (header.ackedThrough() >= bad || header.sequence() >= bad + descriptor.maxInFlight());
    }

    /**
     * Returns the first evidence in {@code bytes} up to their limit; null if there is none.
     *
     * @param start the position of the first byte
     * @param bad the sequence of the bad frame
     */
    public final @Nullable FrameHeader findEvidence(ByteBuffer bytes, long start, long bad, WalDescriptor descriptor) {
        for (int at = 0; at < bytes.limit(); at += descriptor.alignment()) {
            FrameHeader header = FrameFormat.hasMagic(bytes, at) ? FrameFormat.headerOrNull(bytes, at) : null;
            if (header != null && isEvidence(header, start + at, bad, descriptor)) {
                return header;
            }
        }
        return null;
    }
}
