package io.s3stream.wal.nfs;

import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.common.TailRule;

/**
 * Applies {@link TailRule} to segments. N is the bad frame.
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
public class TailJudge extends TailRule {

    @Override
    public long windowBytes(WalDescriptor descriptor) {
        long frame = descriptor.maxFrameBytes();
        long together = Math.max(descriptor.maxInFlightBytes(), frame);
        long frames = 2 * together;
        long leastPerSegment = SegmentGeometry.of(descriptor).segmentBytes() - frame;
        long segmentEnds = frames / leastPerSegment + 2;
        return frames + segmentEnds * frame;
    }

    @Override
    protected boolean isPlace(long written, long found, WalDescriptor descriptor) {
        return written == found;
    }
}
