package io.s3stream.api.errors;

/**
 * A change of a {@link io.s3stream.api.StreamStore#commit} was refused, and so no change was made. The cause is the
 * exception that this change alone would have failed with. It also gives this exception its kind.
 */
public final class ChangeRefusedException extends StreamException {

    private final int index;

    public ChangeRefusedException(int index, StreamException cause) {
        super(cause.kind(), "change " + index + " was refused, and no change was made: " + cause.getMessage(), cause);
        this.index = index;
    }

    /** The position of the change in the list of the call, from 0. */
    public int index() {
        return index;
    }
}
