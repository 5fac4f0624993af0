package io.s3stream.wal.common;

/**
 * Tracks reserved and trimmed positions of a generation. Owned by the serial context that writes; not thread-safe.
 */
public final class PositionSpace {

    private final long partBytes;
    private final long capacityBytes;

    /** The position before which space is free. */
    private long trimmed;

    /** The position after the last frame that was appended. */
    private long appended;

    /** The latest reservation; used up when {@link #reservedEnd} equals {@link #appended}. */
    private long reserved;

    private long reservedEnd;

    /**
     * @param partBytes the size of a part, which limits a frame's position ({@link LogParts})
     * @param capacityBytes the maximum distance from the trimmed position to the end of a frame
     */
    public PositionSpace(long partBytes, long capacityBytes) {
        this.partBytes = partBytes;
        this.capacityBytes = capacityBytes;
    }

    /** Creates a space whose positions are not divided into parts: each frame begins where the last one ended. */
    public PositionSpace(long capacityBytes) {
        this(Long.MAX_VALUE, capacityBytes);
    }

    /** Reserves space for a frame. Drops an earlier reservation that was not used. Returns −1 if there is no space. */
    public long reserve(int frameBytes) {
        long start = LogParts.place(appended, frameBytes, partBytes);
        if (start + frameBytes - trimmed > capacityBytes) {
            return -1;
        }
        reserved = start;
        reservedEnd = start + frameBytes;
        return start;
    }

    /** Uses the latest reservation, once. Returns false if position or length differ from it. */
    public boolean use(long position, int frameBytes) {
        if (position != reserved || reservedEnd <= appended || position + frameBytes != reservedEnd) {
            return false;
        }
        appended = reservedEnd;
        return true;
    }

    /** Frees the space before {@code position}. */
    public void trim(long position) {
        if (position > appended) {
            throw new IllegalArgumentException("trim to " + position + " is beyond the end of the log, " + appended);
        }
        trimmed = Math.max(trimmed, position);
    }

    /** Returns the bytes between the trimmed position and the end of the last frame, including a reservation. */
    public long used() {
        return Math.max(appended, reservedEnd) - trimmed;
    }
}
