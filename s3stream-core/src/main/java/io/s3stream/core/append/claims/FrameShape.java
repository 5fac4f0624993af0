package io.s3stream.core.append.claims;

import io.s3stream.layout.FrameFormat;

/**
 * The shape of the frames of a WAL.
 *
 * @param alignment of the start and the length of a frame, a power of two
 * @param targetBytes size up to which a frame grows, padding included; a single larger record still fits
 */
public record FrameShape(int alignment, int targetBytes) {

    /** Returns the position at which the next frame begins if the last record ends at {@code end}. */
    int nextFrame(int end) {
        return (end + alignment - 1) & -alignment;
    }

    /** Returns the bytes of a frame with one record, padding included. */
    int bytesOfSingle(int encodedBytes) {
        return FrameFormat.paddedBytes(encodedBytes, alignment);
    }
}
