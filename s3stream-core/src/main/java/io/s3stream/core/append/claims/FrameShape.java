package io.s3stream.core.append.claims;

import io.s3stream.layout.FrameFormat;

/**
 * The shape of the frames of a WAL.
 *
 * @param alignment of the start and the length of a frame, a power of two
 * @param targetBytes size up to which a frame grows, padding included; a single larger record still fits
 * @param isCostly whether a write costs money, so that a frame should not be cut at the end of a slab
 */
public record FrameShape(int alignment, int targetBytes, boolean isCostly) {

    /** Frames begin at multiples of this in a slab, also if the alignment of the WAL is smaller. */
    static final int UNIT = 64;

    /** Returns the position at which the next frame begins if the last record ends at {@code end}. */
    int nextFrame(int end) {
        int step = Math.max(alignment, UNIT);
        return (end + step - 1) & -step;
    }

    /** Returns the bytes of a slab for a frame with one record. */
    int bytesOfSingle(int encodedBytes) {
        return FrameFormat.paddedBytes(encodedBytes, Math.max(alignment, UNIT));
    }
}
