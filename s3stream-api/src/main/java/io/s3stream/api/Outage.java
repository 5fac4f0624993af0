package io.s3stream.api;

import io.s3stream.api.errors.StreamException;
import java.time.Duration;
import java.time.Instant;

/**
 * A present or past outage of a dependency. Appends succeed without the dependency as long as WAL and memory allow. The
 * store retries without end.
 *
 * @param resource the name of the dependency, such as {@code metadata (compare-and-set of meta/head)}
 * @param since the send time of the first failed request after the last success, by this machine's wall clock
 * @param lasted the time since then, by the monotonic clock
 * @param reason the last failure
 */
public record Outage(String resource, Instant since, Duration lasted, StreamException reason) {}
