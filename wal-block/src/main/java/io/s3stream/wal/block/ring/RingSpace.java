package io.s3stream.wal.block.ring;

import io.s3stream.wal.block.format.RingGeometry;

/** What of the ring is taken. Owned by the serial context that writes; not thread-safe. */
final class RingSpace {

    private final RingGeometry geometry;

    /** Space before it is free. */
    private long trimmed;

    /** The position after the last frame that was appended. */
    private long appended;

    /** The latest reservation; used up when {@link #reservedEnd} equals {@link #appended}. */
    private long reserved;

    private long reservedEnd;

    RingSpace(RingGeometry geometry) {
        this.geometry = geometry;
    }

    /** A reservation that was not appended is given up by the next one. */
    long reserve(int frameBytes) {
        long start = geometry.place(appended, frameBytes);
        if (start + frameBytes - trimmed > geometry.ringBytes()) {
            return -1;
        }
        reserved = start;
        reservedEnd = start + frameBytes;
        return start;
    }

    /** Whether this is exactly the reservation made last; it can be used once. */
    boolean use(long position, int frameBytes) {
        if (position != reserved || reservedEnd <= appended || position + frameBytes != reservedEnd) {
            return false;
        }
        appended = reservedEnd;
        return true;
    }

    void trim(long position) {
        if (position > appended) {
            throw new IllegalArgumentException("trim to " + position + ", but only up to " + appended + " was written");
        }
        trimmed = Math.max(trimmed, position);
    }

    long used() {
        return Math.max(appended, reservedEnd) - trimmed;
    }
}
