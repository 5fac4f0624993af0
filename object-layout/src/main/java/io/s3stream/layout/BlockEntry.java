package io.s3stream.layout;

/**
 * One data block in an object's index.
 *
 * @param position where in the object the block begins
 * @param size its length in bytes, header included
 */
public record BlockEntry(
        long streamId, long streamEpoch, long baseOffset, long endOffset, long maxTimestamp, long position, int size) {}
