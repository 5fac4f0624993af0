/**
 * Micro benchmarks of the write path and the read path.
 *
 * <ul>
 *   <li>{@link io.s3stream.benchmarks.FormatBenchmark}: the lower bound of every append.
 *   <li>{@link io.s3stream.benchmarks.AppendBenchmark}: the whole write path.
 *   <li>{@link io.s3stream.benchmarks.TailFetchBenchmark}: a read from the write cache.
 *   <li>{@link io.s3stream.benchmarks.CatchUpBenchmark}: a read of cold data.
 * </ul>
 *
 * <p>Start with {@link io.s3stream.benchmarks.FormatBenchmark}. {@code bin/s3stream bench} measures a whole store and
 * prints percentiles.
 */
@NullMarked
package io.s3stream.benchmarks;

import org.jspecify.annotations.NullMarked;
