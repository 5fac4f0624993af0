package io.s3stream.core.metadata;

import java.util.List;

/** An object that was written and is about to be committed. */
public record UploadedObject(String key, long size, List<UploadedRange> ranges) {

    public UploadedObject {
        ranges = List.copyOf(ranges);
    }

    /**
     * Offsets {@code [start, end)} of a stream, written under {@code streamEpoch}. A run of the write cache is one range:
     * where a stream is committed to is never in the middle of one.
     *
     * @param bytes of the records, headers included; the same in whatever blocks they are
     * @param maxTimestamp the greatest of the batches
     */
    public record UploadedRange(long streamId, long streamEpoch, long start, long end, long bytes, long maxTimestamp) {}
}
