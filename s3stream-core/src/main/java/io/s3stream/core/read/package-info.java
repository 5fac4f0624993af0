/**
 * Reads, positions by time, and sizes.
 *
 * <p>{@link io.s3stream.core.read.TailReader} serves a tailing read from the write cache, on the caller's thread.
 * {@link io.s3stream.core.read.ReadPath} serves catch-up reads. It goes from the ranges in the metadata through object
 * indexes to data blocks, which are verified once when they are loaded. {@code ReadAhead} prefetches for sequential
 * readers; {@code BlockLoader} and {@code IndexLoader} read from object storage. {@link
 * io.s3stream.core.read.TailPositions} and {@link io.s3stream.core.read.PositionReader} find positions and sizes. They
 * use maxima and sums instead of data where possible.
 *
 * <p>Start with {@code TailReader} and {@code CatchUpReader}.
 *
 * <p>The catch-up side has no serial context of its own for reads. Its types are thread-safe: {@code ReadAhead} guards
 * all cursors by its lock, and the {@code verify} threads check the blocks that arrive. The {@code hedge} and {@code
 * read-memory} contexts only run timers.
 */
@NullMarked
package io.s3stream.core.read;

import org.jspecify.annotations.NullMarked;
