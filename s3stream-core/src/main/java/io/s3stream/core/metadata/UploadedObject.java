package io.s3stream.core.metadata;

import java.util.List;

/** A written object that is ready to be committed. */
public record UploadedObject(String key, long size, List<UploadedRange> ranges) {

    public UploadedObject {
        ranges = List.copyOf(ranges);
    }

    /**
     * Offsets {@code [start, end)} of a stream, written under {@code streamEpoch}. A run of the write cache is one
     * range, so a committed end never lies in the middle of a range.
     *
     * @param bytes of the records, headers included; independent of the division into blocks
     * @param maxTimestamp the greatest of the batches
     */
    public record UploadedRange(long streamId, long streamEpoch, long start, long end, long bytes, long maxTimestamp) {}
}
