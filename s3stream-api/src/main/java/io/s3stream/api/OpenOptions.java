package io.s3stream.api;

/**
 * How a stream is opened by its owner.
 *
 * @param epoch the epoch of this ownership (a broker's leader epoch), greater than every earlier one and at
 *     most {@link #MAX_EPOCH}; 0 lets the store choose
 */
public record OpenOptions(long epoch) {

    /** The maximum epoch a caller may ask for: 2<sup>62</sup> − 1, which leaves greater ones for later owners. */
    public static final long MAX_EPOCH = (1L << 62) - 1;

    /** The owner, at an epoch the store chooses. */
    public static OpenOptions owner() {
        return new OpenOptions(0);
    }

    /** The owner, at an epoch of the caller. */
    public static OpenOptions owner(long epoch) {
        return new OpenOptions(epoch);
    }
}
