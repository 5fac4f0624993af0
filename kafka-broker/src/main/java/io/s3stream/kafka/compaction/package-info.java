/**
 * Keeps the last record of each key in the compacted topics that this broker leads. {@code __consumer_offsets} and
 * {@code __transaction_state} are not among them: their coordinators clean them.
 *
 * <p>Start with {@link io.s3stream.kafka.compaction.Cleaner}, the loop. {@link
 * io.s3stream.kafka.compaction.CleaningPlan} decides whether a partition is cleaned, and how far. A cleaning reads the
 * part of the log that no cleaning has seen, and remembers the last offset of each key ({@link
 * io.s3stream.kafka.compaction.LatestOffsets}). Then the store passes the whole log to that point through {@link
 * io.s3stream.kafka.compaction.CompactionFilter}.
 *
 * <p>{@link io.s3stream.kafka.compaction.CleaningProgress} is kept as two tags of the log's stream. A record of the
 * companion stream would not do: a broker that cannot read a snapshot of producers still has the tags. Without them the
 * next cleaning reads the whole log, and no record is lost.
 *
 * <p>The rules are those of Kafka's log cleaner, with two exceptions. The time of a tombstone begins at the first
 * cleaning that passes it, and is in the tags: a rewritten batch has no room for it. The marker of an aborted
 * transaction stays. Readers have the list of aborted transactions from the producers of the log, and the marker ends
 * the effect of an entry of that list.
 */
@NullMarked
package io.s3stream.kafka.compaction;

import org.jspecify.annotations.NullMarked;
