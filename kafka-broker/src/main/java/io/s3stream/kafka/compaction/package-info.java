/**
 * Keeps the last record of each key in the compacted topics that this broker leads. {@code __consumer_offsets} and
 * {@code __transaction_state} are not among them: their coordinators clean them.
 *
 * <p>Start with {@link io.s3stream.kafka.compaction.Cleaner}, the loop. {@link
 * io.s3stream.kafka.compaction.CleaningPlan} decides whether a partition is cleaned, and how far. A cleaning reads the
 * part of the log that no cleaning has seen, and remembers the last offset of each key ({@link
 * io.s3stream.kafka.compaction.LatestOffsets}). Then the store passes the whole log to that point through {@link
 * io.s3stream.kafka.compaction.CompactionFilter}. {@link io.s3stream.kafka.compaction.CleaningProgress} is kept
 * after a cleaning, as two tags of the log's stream. They are metadata and not records of the companion stream, because a
 * broker reads them together with the ranges, and because they stay when a snapshot of producers cannot be read. Without
 * them the next cleaning reads the whole log, and no record is lost.
 *
 * <p>The rules are those of Kafka's log cleaner, with two exceptions. The time of a tombstone begins at the first
 * cleaning that passes it, and is in the tags: a rewritten batch has no room for it. The marker of an aborted transaction
 * stays, because readers have the list of aborted transactions from the producers of the log, and a marker ends the
 * effect of an entry of that list.
 */
@NullMarked
package io.s3stream.kafka.compaction;

import org.jspecify.annotations.NullMarked;
