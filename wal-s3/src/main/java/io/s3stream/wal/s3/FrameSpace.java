package io.s3stream.wal.s3;

import io.s3stream.wal.common.PositionSpace;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tracks the frames in a {@link PositionSpace}, to map a trimmed position to a sequence. A position counts the bytes of
 * a generation and never wraps. Owned by the serial context that writes; not thread-safe.
 */
final class FrameSpace {

    private final PositionSpace space;

    /** The ends of the frames that are not trimmed, oldest first. */
    private final Deque<Long> ends = new ArrayDeque<>();

    private long firstUntrimmed;

    FrameSpace(long capacity, long firstSequence) {
        this.space = new PositionSpace(capacity);
        this.firstUntrimmed = firstSequence;
    }

    /** Reserves space for a frame. Drops an earlier reservation that was not used. */
    long reserve(int frameBytes) {
        return space.reserve(frameBytes);
    }

    /** Uses the latest reservation, once. Returns false if position or length differ from it. */
    boolean use(long position, int frameBytes) {
        if (!space.use(position, frameBytes)) {
            return false;
        }
        ends.addLast(position + frameBytes);
        return true;
    }

    /** Trims up to a position. Returns the sequence of the first frame that is still needed. */
    long trim(long position) {
        space.trim(position);
        while (!ends.isEmpty() && ends.peekFirst() <= position) {
            ends.removeFirst();
            firstUntrimmed++;
        }
        return firstUntrimmed;
    }

    long used() {
        return space.used();
    }
}
