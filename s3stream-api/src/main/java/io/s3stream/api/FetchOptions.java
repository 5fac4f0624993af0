package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;

/**
 * How a fetch waits at the end of the stream.
 *
 * @param maxWait how long the fetch waits while there is less than {@code minBytes}; zero returns at once
 * @param minBytes payload bytes that end the wait before {@code maxWait} is over
 */
public record FetchOptions(Duration maxWait, int minBytes) {

    /** Returns at once. */
    public static final FetchOptions NO_WAIT = new FetchOptions(Duration.ZERO, 1);

    public FetchOptions {
        if (maxWait.isNegative()) {
            throw new InvalidRequestException("maxWait=" + maxWait + ": must not be negative");
        }
        if (minBytes < 1) {
            throw new InvalidRequestException("minBytes=" + minBytes + ": must be at least 1");
        }
    }

    /** Waits up to {@code maxWait} for the first byte. */
    public static FetchOptions longPoll(Duration maxWait) {
        return new FetchOptions(maxWait, 1);
    }
}
