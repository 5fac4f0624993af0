package io.s3stream.api.errors;

/** A fetch outside {@code [startOffset, confirmOffset]}; carries both ends so that a reader can resume. */
public final class OffsetOutOfRangeException extends StreamException {

    private final long startOffset;
    private final long confirmOffset;

    public OffsetOutOfRangeException(long streamId, long offset, long startOffset, long confirmOffset) {
        super(
                Kind.INVALID,
                "offset out of range: stream=" + streamId + " offset=" + offset + ", readable is [" + startOffset + ", "
                        + confirmOffset + "]");
        this.startOffset = startOffset;
        this.confirmOffset = confirmOffset;
    }

    public long startOffset() {
        return startOffset;
    }

    public long confirmOffset() {
        return confirmOffset;
    }
}
