package io.s3stream.wal.nfs;

import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalDescriptor;

/**
 * Decides between a torn tail and a damaged log (rule R7). When a replay meets a bad frame N, N was either never
 * acknowledged, and the log ends before it, or it was, and then nothing may be silently left out. A frame behind it
 * settles that: one whose header is intact and which was sealed when N was known to be acknowledged, or which could not
 * have been issued before.
 *
 * <p><b>How far to look.</b> Let M be the first frame that is such evidence. When M − 1 was sealed, none of N … M − 1 was
 * known to be acknowledged, so they were unacknowledged together: at most maxInFlightBytes, or one single frame. M
 * follows them. If M itself was under way at the crash it may be torn, but then so was everything from M to the last
 * frame, again unacknowledged together; any of them that is intact is evidence too. Between them are the skips at the ends
 * of segments, each shorter than a frame. The limits are those that the generation was written with.
 *
 * <p>What counts must claim to stand where it was found: names are never reused, so nothing older can be there, only a
 * copy of a frame inside a payload.
 *
 * <p>Not final, so that a test can leave the rule out and show what is lost. Stateless.
 */
public class TailJudge {

    /** How many positions after the start of the bad frame evidence can begin, inclusive. */
    public long windowBytes(WalDescriptor descriptor) {
        long frame = descriptor.maxFrameBytes();
        long together = Math.max(descriptor.maxInFlightBytes(), frame);
        long frames = 2 * together;
        long leastPerSegment = SegmentGeometry.of(descriptor).segmentBytes() - frame;
        long segmentEnds = frames / leastPerSegment + 2;
        return frames + segmentEnds * frame;
    }

    /**
     * Whether {@code header}, intact and found at {@code position}, proves that the frame with sequence {@code bad} had
     * been acknowledged.
     */
    public boolean isEvidence(FrameHeader header, long position, long bad, WalDescriptor descriptor) {
        return header.walEpoch() == descriptor.walEpoch()
                && header.nonce() == descriptor.nonce()
                && header.position() == position
                && (header.ackedThrough() >= bad || header.sequence() >= bad + descriptor.maxInFlight());
    }
}
