/**
 * This library as a contender: two producers append to 100 streams of one store.
 *
 * <p>The WAL is a block WAL in a file of the given directory. Without a variant the store discards its data objects,
 * because no other contender moves its data to a second place. Variant {@code objects} writes them to a directory on
 * the same device.
 *
 * <p>Start with {@link io.s3stream.benchmarks.peers.s3stream.StoreJournal}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.s3stream;

import org.jspecify.annotations.NullMarked;
