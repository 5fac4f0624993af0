/**
 * Measurements of a whole store.
 *
 * <p>{@link io.s3stream.cli.bench.BenchCommand} lists the benchmarks: appends, tailing and catch-up reads,
 * recovery, take-over and moves of streams. With a given rate the latency of a record counts from its due time, so
 * that a stall shows in every record that waited for it. {@code Workspace} opens the store, {@code Load} produces
 * the appends, and {@code Report} prints medians, CPU, allocation and requests. The package {@code isolation} measures
 * disturbances with the same parts. Start with {@code BenchCommand}.
 */
@NullMarked
package io.s3stream.cli.bench;

import org.jspecify.annotations.NullMarked;
