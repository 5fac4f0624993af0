package io.s3stream.core.metadata;

import java.util.List;

/** An object that a compaction has written from others, and that is about to take their place. */
public record CompactedObject(String key, long size, List<CompactedRange> ranges) {

    public CompactedObject {
        ranges = List.copyOf(ranges);
    }

    /**
     * Offsets {@code [start, end)} of a stream, in place of ranges that follow each other. Where the stream had been trimmed
     * when the object was written, it may begin in the middle of the first of them.
     *
     * @param bytes of the records, headers included
     * @param maxTimestamp the greatest of the batches
     * @param replaced the objects of those ranges, in the order of the ranges; an object with two of them is there twice
     */
    public record CompactedRange(
            long streamId, long start, long end, long bytes, long maxTimestamp, List<Long> replaced) {
        public CompactedRange {
            replaced = List.copyOf(replaced);
        }
    }
}
