package io.s3stream.layout;

/**
 * The index entry of a data block.
 *
 * @param position the position in the object at which the block begins
 * @param size the length of the block in bytes, header included
 */
public record BlockEntry(
        long streamId, long streamEpoch, long baseOffset, long endOffset, long maxTimestamp, long position, int size) {}
