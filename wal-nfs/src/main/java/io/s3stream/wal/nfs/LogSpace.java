package io.s3stream.wal.nfs;

/** Tracks reserved and trimmed positions. Owned by the serial context that writes; not thread-safe. */
final class LogSpace {

    private final SegmentGeometry geometry;
    private final long capacityBytes;

    /** The position before which space is free. */
    private long trimmed;

    /** The position after the last frame that was appended. */
    private long appended;

    /** The latest reservation; used up when {@link #reservedEnd} equals {@link #appended}. */
    private long reserved;

    private long reservedEnd;

    LogSpace(SegmentGeometry geometry, long capacityBytes) {
        this.geometry = geometry;
        this.capacityBytes = capacityBytes;
    }

    /** Reserves space for a frame. Drops an earlier reservation that was not used. */
    long reserve(int frameBytes) {
        long start = geometry.place(appended, frameBytes);
        if (start + frameBytes - trimmed > capacityBytes) {
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
