/**
 * The device without any journal, as the upper bound of the comparison.
 *
 * <p>{@link io.s3stream.benchmarks.peers.raw.RawDevice} writes frames to a preallocated file with direct,
 * synchronous I/O. Several threads keep several writes in flight. The frames come from distinct memory that is as
 * large as the write cache of the library. A variant writes the same buffer over and over, which processors and
 * hypervisors make faster than any real journal can be. Start with
 * {@link io.s3stream.benchmarks.peers.raw.RawDevice}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.raw;

import org.jspecify.annotations.NullMarked;
