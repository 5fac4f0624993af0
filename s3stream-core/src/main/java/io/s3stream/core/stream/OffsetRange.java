package io.s3stream.core.stream;

import io.s3stream.api.errors.InvalidRequestException;

/** The offsets {@code [from, to)} of a caller's request. */
public record OffsetRange(long streamId, long from, long to) {

    public OffsetRange {
        requireNotNegative(streamId, "from", from);
        if (to < from) {
            throw new InvalidRequestException(
                    "stream=" + streamId + " to=" + to + ": must not be less than from=" + from);
        }
    }

    static void requireNotNegative(long streamId, String name, long offset) {
        if (offset < 0) {
            throw new InvalidRequestException(
                    "stream=" + streamId + " " + name + "=" + offset + ": must not be negative");
        }
    }

    boolean isEmpty() {
        return from == to;
    }

    boolean isWithin(long start, long end) {
        return from >= start && to <= end;
    }

    /** Returns the bound of the range that is outside the data. The data begins at {@code start}. */
    long firstOutside(long start) {
        return from < start ? from : to;
    }
}
