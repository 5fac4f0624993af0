package io.s3stream.wal.block.ring;

import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalDescriptor;

/**
 * Decides between a torn tail and a damaged log (rule R7). When a replay meets a bad frame N, N was either never
 * acknowledged, and the log ends before it, or it was, and then nothing may be silently left out. A frame behind it
 * settles that: one whose header is intact and which was sealed when N was known to be acknowledged, or which could not
 * have been issued before.
 *
 * <p><b>How far to look.</b> Let U = max(maxInFlightBytes, maxFrameBytes). What the engine keeps to
 * ({@link io.s3stream.spi.wal.WalProfile}): whenever a frame is issued, it and all other frames not yet acknowledged are
 * together at most U long. Let M be the first frame behind N that is evidence; ackedThrough never falls, so every frame
 * behind M is evidence too.
 *
 * <ol>
 *   <li>M − 1, if it is not N itself, is no evidence: when it was issued, N was not acknowledged, and as acknowledgements
 *       go in order, nor was anything from N to M − 1. So these are at most U, and so is N alone: M begins within U of N.
 *   <li>If M was never acknowledged, a crash may have torn it, and everything issued after it. But then nothing from M to
 *       the last frame was acknowledged when the last one was issued, so these are at most U: whichever of them is intact
 *       begins within U of M.
 *   <li>A lap's end with a skip adds less than a frame. There is only one, because nothing is looked at beyond one lap from
 *       the anchor, where older frames begin.
 *   <li>If M was acknowledged but is damaged like N, the same holds for M + 1, which begins a frame later: one frame more
 *       is looked at for it. (Wider damage has no bound; what lies behind it is found only if it is within the window.)
 * </ol>
 *
 * Hence {@code 2 × U + 2 × maxFrameBytes}, with the limits that the generation was written with. The number of frames in
 * flight does not matter, so a log of large frames that are seldom written together is not searched from end to end.
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
        return 2 * (Math.max(descriptor.maxInFlightBytes(), frame) + frame);
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
