package io.s3stream.api.errors;

/**
 * The stream is sealed, or a seal of it has begun: the append was refused. No retry helps. The records before the end can still
 * be read. Further records need another stream.
 */
public final class StreamSealedException extends ConflictException {

    private final long streamId;

    public StreamSealedException(long streamId) {
        super("stream=" + streamId + ": is sealed; append to another stream");
        this.streamId = streamId;
    }

    public long streamId() {
        return streamId;
    }
}
