/**
 * Micro benchmarks, from the inside out: {@link io.s3stream.benchmarks.FormatBenchmark} is the floor under every append,
 * {@link io.s3stream.benchmarks.AppendBenchmark} the whole write path, {@link io.s3stream.benchmarks.TailFetchBenchmark}
 * a read from the write cache. Whole-store measurements with percentiles are {@code bin/s3stream bench}.
 */
@NullMarked
package io.s3stream.benchmarks;

import org.jspecify.annotations.NullMarked;
