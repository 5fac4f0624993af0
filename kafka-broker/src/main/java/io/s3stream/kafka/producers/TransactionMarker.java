package io.s3stream.kafka.producers;

import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * The end of a transaction, as a coordinator writes it to each partition of the transaction.
 *
 * @param producerId of the transaction
 * @param producerEpoch of the transaction; with transaction version 2 the epoch after it
 * @param isCommit whether the transaction commits; otherwise it aborts
 * @param coordinatorEpoch of the coordinator; a partition refuses markers of an older coordinator
 * @param transactionVersion 0 to 2, the feature level {@code transaction.version} of the transaction
 */
public record TransactionMarker(
        long producerId, short producerEpoch, boolean isCommit, int coordinatorEpoch, short transactionVersion) {

    /** The batch of this marker, with the offset 0. */
    public MemoryRecords records(long timestamp, int leaderEpoch) {
        ControlRecordType type = isCommit ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        return MemoryRecords.withEndTransactionMarker(
                0, timestamp, leaderEpoch, producerId, producerEpoch, new EndTransactionMarker(type, coordinatorEpoch));
    }
}
