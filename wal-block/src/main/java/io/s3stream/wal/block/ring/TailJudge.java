package io.s3stream.wal.block.ring;

import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.common.TailRule;

/**
 * Applies {@link TailRule} to a ring. N is the bad frame.
 *
 * <p><b>How far to look.</b> Let U = max(maxInFlightBytes, maxFrameBytes). The engine keeps this limit
 * ({@link io.s3stream.spi.wal.WalProfile}): whenever it issues a frame, that frame and all other unacknowledged frames
 * are together at most U long. Let M be the first frame behind N that is evidence. ackedThrough never falls, so every
 * frame behind M is evidence too.
 *
 * <ol>
 *   <li>M − 1, if it is not N itself, is no evidence. So N was not acknowledged when M − 1 was issued. Acknowledgements
 *       are in order, so no frame from N to M − 1 was acknowledged then. These frames are at most U long, and so is N
 *       alone: M begins within U of N.
 *   <li>If M was never acknowledged, a crash may have torn it and every frame issued after it. But then no frame from M
 *       to the last one was acknowledged when the last one was issued. These frames are at most U long, so each intact
 *       one begins within U of M.
 *   <li>A skip at a lap's end adds less than a frame. There is only one skip, because the search ends one lap from the
 *       anchor, where older frames begin.
 *   <li>If M was acknowledged but is damaged like N, the same holds for M + 1, which begins a frame later. So the
 *       window is one frame longer. (Wider damage has no bound. Evidence behind it is found only within the window.)
 * </ol>
 *
 * <p>Hence {@code 2 × U + 2 × maxFrameBytes}, with the limits stored with the generation. The number of frames in
 * flight does not matter. So a log of large frames, few of them in flight together, is not searched from end to end.
 *
 * <p>The position in a header must be the position at which it was found, in this lap or a later one. (A later lap
 * means that space was reused too early, which is damage as well.) So a frame of an older lap is no evidence, nor is a
 * copy of a frame inside a payload. (Even such a frame could not mislead: any frame with evidence was sealed after the
 * acknowledgement.)
 *
 * <p>Not final, so that a test can break the rule and show which data is lost. Stateless.
 */
public class TailJudge extends TailRule {

    @Override
    public long windowBytes(WalDescriptor descriptor) {
        long frame = descriptor.maxFrameBytes();
        return 2 * (Math.max(descriptor.maxInFlightBytes(), frame) + frame);
    }

    @Override
    protected boolean isPlace(long written, long found, WalDescriptor descriptor) {
        return written >= found && (written - found) % descriptor.capacityBytes() == 0;
    }
}
