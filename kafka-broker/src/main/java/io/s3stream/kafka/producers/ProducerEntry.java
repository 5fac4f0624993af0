package io.s3stream.kafka.producers;

import java.util.List;

/**
 * An immutable copy of the state of one producer in a log.
 *
 * @param id of the producer
 * @param epoch the greatest epoch that the partition has seen
 * @param coordinatorEpoch of the last marker, or -1
 * @param lastTimestamp the timestamp of the last batch or marker, or -1
 * @param lastSeen when a broker last appended or replayed something of the producer, in milliseconds of its own clock: the
 *     timestamps of records may be of any time
 * @param transactionStart the first offset of the open transaction, or -1
 * @param accepted the length of the run of sequences up to the last record: the log has accepted all of them in this
 *     epoch; at most {@link #MAX_ACCEPTED}
 * @param batches at most five, in the order of their offsets
 */
public record ProducerEntry(
        long id,
        short epoch,
        int coordinatorEpoch,
        long lastTimestamp,
        long lastSeen,
        long transactionStart,
        int accepted,
        List<RecentBatch> batches) {

    /** Half of all sequences: beyond it an old sequence could be a future one. */
    public static final int MAX_ACCEPTED = 1 << 30;

    public ProducerEntry {
        batches = List.copyOf(batches);
    }

    /** The sequence of the last record, or -1. */
    public int lastSequence() {
        return batches.isEmpty() ? -1 : batches.get(batches.size() - 1).lastSequence();
    }
}
