package io.s3stream.api;

/**
 * How a stream is opened by its owner.
 *
 * @param epoch the caller's epoch, such as a broker's leader epoch: not lower than the recorded caller epoch of the
 *     stream, and at most {@link #MAX_EPOCH}. With 0 the recorded caller epoch stays as it is. The store counts its own
 *     epochs, see {@link Stream#epoch}
 */
public record OpenOptions(long epoch) {

    /** The maximum epoch of a caller: 2<sup>62</sup> − 1. */
    public static final long MAX_EPOCH = (1L << 62) - 1;

    /** The owner, without an epoch of the caller. */
    public static OpenOptions owner() {
        return new OpenOptions(0);
    }

    /** The owner, at an epoch of the caller. */
    public static OpenOptions owner(long epoch) {
        return new OpenOptions(epoch);
    }
}
