package io.s3stream.api;

import io.s3stream.api.errors.StreamException;
import java.time.Duration;
import java.time.Instant;

/**
 * A dependency of the store that is out of reach, or was. The store goes on without it as long as WAL and memory allow, and
 * retries without end.
 *
 * @param resource what does not answer, such as {@code metadata (compare-and-set of meta/head)}
 * @param since when the first of the requests was sent that failed without a success after it, by this machine's wall clock
 * @param lasted how long that is ago, by the monotonic clock
 * @param reason the last failure
 */
public record Outage(String resource, Instant since, Duration lasted, StreamException reason) {}
