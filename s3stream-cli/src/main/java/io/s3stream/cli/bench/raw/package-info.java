/**
 * Baselines of the benchmarks: the same device and the same directory without the library.
 *
 * <p>{@code RawFile} writes a preallocated file with direct I/O. {@code RawObjects} reads objects with plain
 * ranged reads. {@code RawRecovery} reads and writes the bytes that a recovery moves. Each of them returns bytes
 * and time in the form of the library's own benchmark, so that a report can show the ratio of both. Start with
 * {@code RawFile}.
 */
@NullMarked
package io.s3stream.cli.bench.raw;

import org.jspecify.annotations.NullMarked;
