package io.s3stream.core.stream;

import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;

/** Sizes of committed data from the metadata alone, without a request. Stateless. */
final class CommittedBytes {

    private CommittedBytes() {}

    /**
     * Returns an upper bound of the committed payload bytes from {@code from} on, which includes headers and the whole
     * range of {@code from}. It is 0 if and only if there is no batch.
     */
    static long from(StreamMetadata stream, long from) {
        RangeList ranges = stream.ranges();
        int first = ranges.countEndingAtOrBefore(Math.max(from, stream.startOffset()));
        return ranges.bytes(first, ranges.size());
    }
}
