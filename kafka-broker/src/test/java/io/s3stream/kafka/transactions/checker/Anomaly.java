package io.s3stream.kafka.transactions.checker;

/**
 * A contradiction between a history and the guarantees of Kafka.
 *
 * @param evidence names the operations that contradict each other
 */
public record Anomaly(Kind kind, String evidence) {

    /** Names as in Jepsen's Kafka workload where it has one. */
    public enum Kind {
        /** A record of an acknowledged commit, or an acknowledged record in a read_uncommitted reading, that no reader got. */
        LOST_WRITE,
        /** A record of a transaction whose client never asked for a commit, in a read_committed reading; Adya's G1a. */
        ABORTED_READ,
        /** A transaction of which a part took effect and another did not: records, or the offsets of the group. */
        TORN_TRANSACTION,
        /** A value at two offsets, or a consumed record that was forwarded twice. */
        DUPLICATE,
        /** A reading that delivered an offset after a greater or equal one. */
        NONMONOTONIC_POLL,
        /** A reading that passed a record without delivering it, although another reading of the same kind got it. */
        SKIPPED_OFFSET,
        /** An offset with two values, or an acknowledged value and another value in a reading. */
        INCONSISTENT_OFFSET,
        /** Records of a partition whose offsets contradict the order in which they were sent and acknowledged. */
        NONMONOTONIC_SEND,
        /** A value that was never sent to the partition. */
        PHANTOM,
        /** A commit or a record that the broker accepted from a producer after a newer instance had been initialised. */
        FENCED_PRODUCER,
        /** A committed offset of the group that is smaller than an earlier one. */
        OFFSET_REGRESSION,
        /** A transaction that read a record of its own; Jepsen's precommitted read. */
        PRECOMMITTED_READ,
        /** A cycle of write-read and real-time edges; Adya's G1c. */
        CYCLE,
        /** A partition whose end no read_committed reading reached, although all transactions had ended; Jepsen's unseen. */
        UNSEEN
    }

    @Override
    public String toString() {
        return kind + ": " + evidence;
    }
}
