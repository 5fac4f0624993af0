package io.s3stream.api.errors;

/**
 * An {@link io.s3stream.api.Stream#appendAt} expected another offset than the next one. No append was enqueued. With
 * {@link #nextOffset} the caller finds out which of its earlier appends the stream already has.
 */
public final class OffsetConflictException extends ConflictException {

    private final long streamId;
    private final long expected;
    private final long nextOffset;

    public OffsetConflictException(long streamId, long expected, long nextOffset) {
        super("stream=" + streamId + ": expected offset " + expected + ", the next offset is " + nextOffset);
        this.streamId = streamId;
        this.expected = expected;
        this.nextOffset = nextOffset;
    }

    public long streamId() {
        return streamId;
    }

    /** The offset that the caller expected. */
    public long expected() {
        return expected;
    }

    /** The offset that the next append gets. */
    public long nextOffset() {
        return nextOffset;
    }
}
