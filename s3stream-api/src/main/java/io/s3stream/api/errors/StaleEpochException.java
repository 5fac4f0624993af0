package io.s3stream.api.errors;

/**
 * The epoch that a caller gave with an opening is lower than the recorded one. Another process has probably become the owner's
 * successor. A caller that knows to be the newest repeats the call with a greater epoch.
 */
public final class StaleEpochException extends ConflictException {

    private final long streamId;
    private final long requested;
    private final long current;

    public StaleEpochException(long streamId, long requested, long current) {
        super("stream=" + streamId + ": epoch " + requested + " is lower than " + current
                + ", which a caller gave before");
        this.streamId = streamId;
        this.requested = requested;
        this.current = current;
    }

    public long streamId() {
        return streamId;
    }

    /** The epoch that the caller gave. */
    public long requested() {
        return requested;
    }

    /** The greatest epoch that a caller has given for the stream. */
    public long current() {
        return current;
    }
}
