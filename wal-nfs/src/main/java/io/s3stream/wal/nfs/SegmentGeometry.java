package io.s3stream.wal.nfs;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.common.LogParts;
import java.util.Map;

/**
 * Maps the positions of a generation to its files.
 *
 * <p>Positions count from 0 in each generation. Segment n holds {@code [n × segmentBytes, (n + 1) × segmentBytes)}. A
 * frame never spans two segments. A frame that does not fit begins at the next segment, and the positions between are
 * skipped.
 *
 * @param segmentBytes a multiple of the alignment
 * @param maxFrameBytes at most half a segment
 */
record SegmentGeometry(long segmentBytes, int maxFrameBytes) {

    /**
     * The alignment of every frame's position and length. A page of the client's cache then holds parts of one frame
     * only. So a durable frame and a frame that is not durable never share a page.
     */
    static final int ALIGNMENT = 4096;

    static final long MIN_SEGMENT_BYTES = 32 << 10;
    static final int SEGMENTS_PER_WAL = 2;

    private static final int FRAMES_PER_SEGMENT = 2;

    private static final String SEGMENT_BYTES = "segmentBytes";

    /** @param wantedFrameBytes the maximum frame size that the engine asks for */
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
                    + "='" + bytes + "' of its descriptor is not a number");
        }
    }

    /** Returns the properties of a descriptor that {@link #of(WalDescriptor)} reads. */
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

    /** Returns the start of the next segment after {@code position}. */
    long segmentEnd(long position) {
        return LogParts.end(position, segmentBytes);
    }
}
