package io.s3stream.api.errors;

/** A stream of this name exists already and was created with other options. */
public final class AlreadyExistsException extends ConflictException {

    private final String name;
    private final long streamId;

    public AlreadyExistsException(String name, long streamId) {
        super("stream=" + streamId + ": the name " + name + " is taken, with other tags");
        this.name = name;
        this.streamId = streamId;
    }

    public String name() {
        return name;
    }

    /** The stream that has the name. */
    public long streamId() {
        return streamId;
    }
}
