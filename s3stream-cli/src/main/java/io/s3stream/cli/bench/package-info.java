/**
 * Measurements of a whole store. Begin at {@link io.s3stream.cli.bench.BenchCommand}, which lists them. With a
 * given rate the latency of a record counts from its due time, so that a stall shows in every record that had to wait
 * for it.
 */
@NullMarked
package io.s3stream.cli.bench;

import org.jspecify.annotations.NullMarked;
