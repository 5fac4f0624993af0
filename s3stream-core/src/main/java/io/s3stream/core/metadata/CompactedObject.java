package io.s3stream.core.metadata;

import java.util.List;

/** An object that a compaction has written, ready to replace the objects it was written from. */
public record CompactedObject(String key, long size, List<CompactedRange> ranges) {

    public CompactedObject {
        ranges = List.copyOf(ranges);
    }

    /**
     * Offsets {@code [start, end)} of a stream, replacing adjacent ranges. If the stream was trimmed before the object
     * was written, the range may begin in the middle of the first replaced range.
     *
     * @param bytes of the records, headers included
     * @param maxTimestamp the greatest of the batches
     * @param replaced the objects of the replaced ranges, in the order of the ranges; an object with two ranges appears
     *     twice
     */
    public record CompactedRange(
            long streamId, long start, long end, long bytes, long maxTimestamp, List<Long> replaced) {
        public CompactedRange {
            replaced = List.copyOf(replaced);
        }
    }
}
