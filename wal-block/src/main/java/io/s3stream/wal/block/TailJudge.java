package io.s3stream.wal.block;

import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalDescriptor;

/**
 * Decides between a torn tail and a damaged log (rule R7). When a replay meets a bad frame N, N was either never
 * acknowledged, and the log ends before it, or it was, and then nothing may be silently left out. A frame behind it
 * settles that: one whose header is intact and which was sealed when N was known to be acknowledged, or which could not
 * have been issued before.
 *
 * <p><b>How far to look.</b> Let M be the first frame that is such evidence. M is at most N + maxInFlight, because that
 * one is evidence by its sequence alone; so no more than maxInFlight frames N … M − 1 lie before it, and it begins within
 * {@code maxInFlight × maxFrameBytes} of N. If M itself was under way at the crash it may be torn, but then so was
 * everything from M to the last frame, all unacknowledged together: at most maxInFlightBytes, or one single frame; any of
 * them that is intact is evidence too. Once on the way there may be a lap's end with a skip, shorter than a frame. Hence
 * {@code (maxInFlight + 1) × maxFrameBytes + max(maxInFlightBytes, maxFrameBytes)}, with the limits that the generation
 * was written with. It never exceeds one lap from the anchor, where older frames begin.
 *
 * <p>What counts must claim to stand where it was found, in this lap or a later one (then space was reused too early, which
 * is damage as well). So a frame of an older lap does not count, nor does a copy of a frame inside a payload. (Even if one
 * did, it could not lie: whatever carries evidence was sealed after the acknowledgement.)
 *
 * <p>Not final, so that a test can leave the rule out and show what is lost. Stateless.
 */
public class TailJudge {

    /** How many positions after the start of the bad frame evidence can begin, inclusive. */
    public long windowBytes(WalDescriptor descriptor) {
        long frame = descriptor.maxFrameBytes();
        return (descriptor.maxInFlight() + 1) * frame + Math.max(descriptor.maxInFlightBytes(), frame);
    }

    /**
     * Whether {@code header}, intact and found at {@code position}, proves that the frame with sequence {@code bad} had
     * been acknowledged.
     */
    public boolean isEvidence(FrameHeader header, long position, long bad, WalDescriptor descriptor) {
        return header.walEpoch() == descriptor.walEpoch()
                && header.nonce() == descriptor.nonce()
                && header.position() >= position
                && (header.position() - position) % descriptor.capacityBytes() == 0
                && (header.ackedThrough() >= bad || header.sequence() >= bad + descriptor.maxInFlight());
    }
}
