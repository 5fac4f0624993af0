package io.s3stream.layout;

/**
 * The index entry of a data block.
 *
 * @param position the position in the object at which the block begins
 * @param size the length of the block in bytes, header included
 * @param rewrites how many times the records were rewritten; 0 for records as they were appended. Of two blocks with the
 *     same offsets and epoch, the one with the greater number replaces the other
 */
public record BlockEntry(
        long streamId,
        long streamEpoch,
        long baseOffset,
        long endOffset,
        long maxTimestamp,
        long position,
        int size,
        int rewrites) {

    /** Records as they were appended. */
    public BlockEntry(
            long streamId,
            long streamEpoch,
            long baseOffset,
            long endOffset,
            long maxTimestamp,
            long position,
            int size) {
        this(streamId, streamEpoch, baseOffset, endOffset, maxTimestamp, position, size, 0);
    }
}
