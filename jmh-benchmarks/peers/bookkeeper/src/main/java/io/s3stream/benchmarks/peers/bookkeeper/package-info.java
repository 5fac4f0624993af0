/**
 * The journal of an Apache BookKeeper bookie as a contender.
 *
 * <p>The class is the bookie's own write-ahead log, with the bookie's default settings. The ledger storage behind the
 * journal and the network in front of it are absent. The journal syncs its file before it calls back, and never with
 * the option to acknowledge before the sync.
 *
 * <p>Start with {@link io.s3stream.benchmarks.peers.bookkeeper.BookieJournal}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.bookkeeper;

import org.jspecify.annotations.NullMarked;
