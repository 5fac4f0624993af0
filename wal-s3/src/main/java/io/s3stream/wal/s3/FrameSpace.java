package io.s3stream.wal.s3;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which positions are taken. A position counts the bytes of a generation; there is no wrap. Owned by the serial context
 * that writes; not thread-safe.
 */
final class FrameSpace {

    private final long capacity;

    /** Where the frames end that are not trimmed, oldest first. */
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

    /** A reservation that was not appended is given up by the next one. */
    long reserve(int frameBytes) {
        if (appended + frameBytes - trimmed > capacity) {
            return -1;
        }
        reservedEnd = appended + frameBytes;
        return appended;
    }

    /** Whether this is exactly the reservation made last; it can be used once. */
    boolean use(long position, int frameBytes) {
        if (position != appended || reservedEnd <= appended || position + frameBytes != reservedEnd) {
            return false;
        }
        appended = reservedEnd;
        ends.addLast(appended);
        return true;
    }

    /** The sequence of the first frame that is needed after this. */
    long trim(long position) {
        if (position > appended) {
            throw new IllegalArgumentException("trim to " + position + ", but only up to " + appended + " was written");
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
