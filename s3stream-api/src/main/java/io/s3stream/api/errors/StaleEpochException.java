package io.s3stream.api.errors;

/**
 * The epoch that a caller asked for is too low: the stream has had an owner with the same or a greater one. Another
 * process has probably become the owner's successor. A caller that knows to be the newest repeats the call with a
 * greater epoch.
 */
public final class StaleEpochException extends ConflictException {

    private final long streamId;
    private final long requested;
    private final long current;

    public StaleEpochException(long streamId, long requested, long current) {
        super("stream=" + streamId + ": epoch " + requested + " is not greater than " + current);
        this.streamId = streamId;
        this.requested = requested;
        this.current = current;
    }

    public long streamId() {
        return streamId;
    }

    /** The epoch that the caller asked for. */
    public long requested() {
        return requested;
    }

    /** The epoch of the stream. */
    public long current() {
        return current;
    }
}
