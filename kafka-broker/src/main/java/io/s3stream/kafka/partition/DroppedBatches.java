package io.s3stream.kafka.partition;

import java.nio.ByteBuffer;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Stands for batches that a cleaning has dropped: the client gets a batch without records, and skips its offsets. */
public final class DroppedBatches {

    /** The bytes of a batch without records. */
    public static final int BYTES = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;

    private DroppedBatches() {}

    /**
     * A batch without records for a range of offsets. A range that is too long for one batch is cut.
     *
     * @param end greater than {@code from}
     */
    public static MemoryRecords standIn(long from, long end, int leaderEpoch) {
        long last = Math.min(end - 1, from + Integer.MAX_VALUE - 1);
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        DefaultRecordBatch.writeEmptyHeader(
                bytes,
                RecordBatch.MAGIC_VALUE_V2,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_SEQUENCE,
                from,
                last,
                leaderEpoch,
                TimestampType.CREATE_TIME,
                RecordBatch.NO_TIMESTAMP,
                false,
                false);
        bytes.flip();
        return MemoryRecords.readableRecords(bytes);
    }
}
