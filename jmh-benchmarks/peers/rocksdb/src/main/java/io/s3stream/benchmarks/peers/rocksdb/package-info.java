/**
 * The write-ahead log of RocksDB as a contender.
 *
 * <p>Two threads write batches with {@code sync=true}; RocksDB groups them. Without a variant, records are puts, so
 * that the memory table takes them too. Variant {@code log} puts them into the log alone. Compaction is off, since
 * the comparison is about the log.
 *
 * <p>Start with {@link io.s3stream.benchmarks.peers.rocksdb.RocksJournal}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.rocksdb;

import org.jspecify.annotations.NullMarked;
