package io.s3stream.wal.nfs;

import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalDescriptor;

/**
 * Decides between a torn tail and a damaged log (rule R7). Suppose that a replay finds a bad frame N. If N was never
 * acknowledged, the log ends before it. If N was acknowledged, the replay must fail. A later frame with an intact
 * header is evidence for the second case in two ways: its ackedThrough includes N, or the writer could not have issued
 * it before N was acknowledged.
 *
 * <p><b>How far to look.</b> Let M be the first frame that is evidence. When M − 1 was sealed, none of N … M − 1 was
 * known to be acknowledged. So they were in flight together: at most maxInFlightBytes, or a single frame. M follows
 * them. M may be torn if it was in flight at the crash. Then all frames from M to the last one were in flight together
 * as well, and each intact one is evidence too. Between the frames are the skips at the ends of segments, each shorter
 * than a frame. The limits are those stored with the generation.
 *
 * <p>The position in a header must be the position at which it was found. Names are never reused, so no older frame can
 * be there. Only a payload may contain a copy of a frame.
 *
 * <p>Not final, so that a test can break the rule and show which data is lost. Stateless.
 */
public class TailJudge {

    /** Returns the maximum distance from the start of the bad frame to the start of evidence, inclusive. */
    public long windowBytes(WalDescriptor descriptor) {
        long frame = descriptor.maxFrameBytes();
        long together = Math.max(descriptor.maxInFlightBytes(), frame);
        long frames = 2 * together;
        long leastPerSegment = SegmentGeometry.of(descriptor).segmentBytes() - frame;
        long segmentEnds = frames / leastPerSegment + 2;
        return frames + segmentEnds * frame;
    }

    /**
     * Returns whether {@code header}, intact and found at {@code position}, proves that the frame with sequence
     * {@code bad} had been acknowledged.
     */
    public boolean isEvidence(FrameHeader header, long position, long bad, WalDescriptor descriptor) {
        return header.walEpoch() == descriptor.walEpoch()
                && header.nonce() == descriptor.nonce()
                && header.position() == position
                && (header.ackedThrough() >= bad || header.sequence() >= bad + descriptor.maxInFlight());
    }
}
