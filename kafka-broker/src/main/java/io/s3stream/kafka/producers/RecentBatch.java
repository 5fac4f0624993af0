package io.s3stream.kafka.producers;

/**
 * A batch of an idempotent producer, as its log remembers it.
 *
 * @param lastSequence the sequence of its last record; sequences wrap from {@link Integer#MAX_VALUE} to 0
 * @param lastOffset the offset of its last record
 * @param offsetDelta last offset less first offset
 * @param timestamp the greatest timestamp of its records
 */
public record RecentBatch(int lastSequence, long lastOffset, int offsetDelta, long timestamp) {

    /** The sequence of its first record. */
    public int firstSequence() {
        int first = lastSequence - offsetDelta;
        return first >= 0 ? first : first + Integer.MAX_VALUE + 1;
    }

    /** The offset of its first record. */
    public long firstOffset() {
        return lastOffset - offsetDelta;
    }
}
