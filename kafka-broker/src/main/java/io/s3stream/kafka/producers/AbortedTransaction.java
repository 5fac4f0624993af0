package io.s3stream.kafka.producers;

/**
 * An aborted transaction in one partition.
 *
 * @param producerId of its batches
 * @param firstOffset of its first batch
 * @param lastOffset of its marker
 * @param lastStableOffset of the log after the marker: no transaction that was complete then ends at or after it
 */
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
