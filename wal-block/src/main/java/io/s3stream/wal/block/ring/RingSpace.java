package io.s3stream.wal.block.ring;

import io.s3stream.wal.block.format.RingGeometry;

/** Tracks reserved and trimmed positions of the ring. Owned by the serial context that writes; not thread-safe. */
final class RingSpace {

    private final RingGeometry geometry;

    /** The position before which space is free. */
    private long trimmed;

    /** The position after the last frame that was appended. */
    private long appended;

    /** The latest reservation; used up when {@link #reservedEnd} equals {@link #appended}. */
    private long reserved;

    private long reservedEnd;

    RingSpace(RingGeometry geometry) {
        this.geometry = geometry;
    }

    /** Reserves space for a frame. Drops an earlier reservation that was not used. */
    long reserve(int frameBytes) {
        long start = geometry.place(appended, frameBytes);
        if (start + frameBytes - trimmed > geometry.ringBytes()) {
            return -1;
        }
        reserved = start;
        reservedEnd = start + frameBytes;
        return start;
    }

    /** Uses the latest reservation, once. Returns false if position or length differ from it. */
    boolean use(long position, int frameBytes) {
        if (position != reserved || reservedEnd <= appended || position + frameBytes != reservedEnd) {
            return false;
        }
        appended = reservedEnd;
        return true;
    }

    void trim(long position) {
        if (position > appended) {
            throw new IllegalArgumentException("trim to " + position + " is beyond the end of the log, " + appended);
        }
        trimmed = Math.max(trimmed, position);
    }

    long used() {
        return Math.max(appended, reservedEnd) - trimmed;
    }
}
