package io.s3stream.wal.s3;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tracks reserved and trimmed positions. A position counts the bytes of a generation and never wraps. Owned by the
 * serial context that writes; not thread-safe.
 */
final class FrameSpace {

    private final long capacity;

    /** The ends of the frames that are not trimmed, oldest first. */
    private final Deque<Long> ends = new ArrayDeque<>();

    private long firstUntrimmed;
    private long trimmed;
    private long appended;

    /** The latest reservation; used up when it equals {@link #appended}. */
    private long reservedEnd;

    FrameSpace(long capacity, long firstSequence) {
        this.capacity = capacity;
        this.firstUntrimmed = firstSequence;
    }

    /** Reserves space for a frame. Drops an earlier reservation that was not used. */
    long reserve(int frameBytes) {
        if (appended + frameBytes - trimmed > capacity) {
            return -1;
        }
        reservedEnd = appended + frameBytes;
        return appended;
    }

    /** Uses the latest reservation, once. Returns false if position or length differ from it. */
    boolean use(long position, int frameBytes) {
        if (position != appended || reservedEnd <= appended || position + frameBytes != reservedEnd) {
            return false;
        }
        appended = reservedEnd;
        ends.addLast(appended);
        return true;
    }

    /** Trims up to a position. Returns the sequence of the first frame that is still needed. */
    long trim(long position) {
        if (position > appended) {
            throw new IllegalArgumentException("trim to " + position + " is beyond the end of the log, " + appended);
        }
        while (!ends.isEmpty() && ends.peekFirst() <= position) {
            trimmed = ends.removeFirst();
            firstUntrimmed++;
        }
        trimmed = Math.max(trimmed, position);
        return firstUntrimmed;
    }

    long used() {
        return Math.max(appended, reservedEnd) - trimmed;
    }
}
