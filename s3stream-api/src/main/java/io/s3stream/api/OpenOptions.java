package io.s3stream.api;

/**
 * How a stream is opened.
 *
 * @param readOnly reads what is committed and takes no ownership; any number may be open beside the owner
 * @param epoch the epoch of this ownership (a broker's leader epoch), greater than every earlier one; 0 lets the store
 *     choose
 */
public record OpenOptions(boolean readOnly, long epoch) {

    /** The owner, at an epoch the store chooses. */
    public static OpenOptions owner() {
        return new OpenOptions(false, 0);
    }

    /** The owner, at an epoch of the caller. */
    public static OpenOptions owner(long epoch) {
        return new OpenOptions(false, epoch);
    }

    /** A reader of what is committed. */
    public static OpenOptions reader() {
        return new OpenOptions(true, 0);
    }
}
