package io.s3stream.core.stream;

import io.s3stream.api.errors.InvalidRequestException;

/** Offsets {@code [from, to)} that a caller asks about. */
record OffsetRange(long streamId, long from, long to) {

    OffsetRange {
        if (from < 0) {
            throw new InvalidRequestException("stream=" + streamId + " from=" + from + ": must not be negative");
        }
        if (to < from) {
            throw new InvalidRequestException(
                    "stream=" + streamId + " to=" + to + ": must not be less than from=" + from);
        }
    }

    boolean isEmpty() {
        return from == to;
    }

    boolean isWithin(long start, long end) {
        return from >= start && to <= end;
    }

    /** Of a range that is not within what begins at {@code start}: the end that is outside. */
    long firstOutside(long start) {
        return from < start ? from : to;
    }
}
