package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;

/**
 * How a fetch waits at the end of the stream, and whether its size limit is hard.
 *
 * @param maxWait how long the fetch waits while there is less than {@code minBytes}; zero returns at once
 * @param minBytes payload bytes that end the wait before {@code maxWait} is over
 * @param hardLimit whether the size limit of the fetch is hard: the result never has more payload, unless its first batch
 *     alone is larger. If it is not hard, the last batch may exceed it
 */
public record FetchOptions(Duration maxWait, int minBytes, boolean hardLimit) {

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

    /** Without a hard limit. */
    public FetchOptions(Duration maxWait, int minBytes) {
        this(maxWait, minBytes, false);
    }

    /** Waits up to {@code maxWait} for the first byte. */
    public static FetchOptions longPoll(Duration maxWait) {
        return new FetchOptions(maxWait, 1);
    }

    /** Returns these options with a {@linkplain #hardLimit hard limit}. */
    public FetchOptions withHardLimit() {
        return new FetchOptions(maxWait, minBytes, true);
    }
}
