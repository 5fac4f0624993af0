package io.s3stream.wal.nfs;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.spi.wal.WalDescriptor;
import java.util.Map;

/**
 * Where the positions of a generation stand in its files.
 *
 * <p>Positions count from 0 for the life of a generation; segment n holds {@code [n × segmentBytes, (n + 1) ×
 * segmentBytes)}. A frame never spans segments: one that does not fit begins at the next, and the positions in between
 * are skipped.
 *
 * @param segmentBytes a multiple of the alignment
 * @param maxFrameBytes at most half a segment
 */
record SegmentGeometry(long segmentBytes, int maxFrameBytes) {

    /**
     * Of every frame's position and length. A page of the client's cache then holds parts of one frame only: a frame
     * that is not yet durable never shares a page with one that is.
     */
    static final int ALIGNMENT = 4096;

    static final long MIN_SEGMENT_BYTES = 32 << 10;
    static final int SEGMENTS_PER_WAL = 2;

    private static final int FRAMES_PER_SEGMENT = 2;

    private static final String SEGMENT_BYTES = "segmentBytes";

    /** @param wantedFrameBytes the largest frame the engine would like */
    static SegmentGeometry of(long segmentBytes, int wantedFrameBytes) {
        long frame = Math.min(wantedFrameBytes, segmentBytes / FRAMES_PER_SEGMENT) & -ALIGNMENT;
        return new SegmentGeometry(segmentBytes, (int) Math.max(frame, ALIGNMENT));
    }

    static SegmentGeometry of(WalDescriptor descriptor) {
        String bytes = descriptor.properties().get(SEGMENT_BYTES);
        try {
            return new SegmentGeometry(Long.parseLong(String.valueOf(bytes)), descriptor.maxFrameBytes());
        } catch (NumberFormatException e) {
            throw new CorruptedDataException("NFS WAL walEpoch=" + descriptor.walEpoch() + ": property " + SEGMENT_BYTES
                    + "='" + bytes + "' of its descriptor is no number");
        }
    }

    /** The property of a descriptor that {@link #of(WalDescriptor)} reads. */
    Map<String, String> toProperties() {
        return Map.of(SEGMENT_BYTES, Long.toString(segmentBytes));
    }

    long segment(long position) {
        return position / segmentBytes;
    }

    long offset(long position) {
        return position % segmentBytes;
    }

    long segmentStart(long segment) {
        return segment * segmentBytes;
    }

    /** The first position after {@code position} that stands at the start of a segment. */
    long segmentEnd(long position) {
        return segmentStart(segment(position) + 1);
    }

    /** Where a frame of this size goes when {@code next} is the first free position. */
    long place(long next, int frameBytes) {
        long end = segmentEnd(next);
        return next + frameBytes <= end ? next : end;
    }
}
