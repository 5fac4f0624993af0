/**
 * Chronicle Queue as a contender: one appender, which syncs after each group of records. The group is the harness's,
 * since the queue itself has no call that syncs for several appending threads.
 *
 * <p>The queue syncs with {@code msync} and only the mapped block in which the appender writes. When a group crosses
 * into the next block, the contender syncs the whole file as well, because the end of the old block may be dirty.
 *
 * <p>Start with {@link io.s3stream.benchmarks.peers.chronicle.ChronicleJournal}.
 */
@NullMarked
package io.s3stream.benchmarks.peers.chronicle;

import org.jspecify.annotations.NullMarked;
