package io.s3stream.kafka.producers;

import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Kafka's record batches, for tests. */
public final class Batches {

    private Batches() {}

    /** A batch of a producer, whose records have the timestamp 1000 and more. */
    public static MemoryRecords of(long producer, int epoch, int sequence, int count, boolean isTransactional) {
        return of(producer, epoch, sequence, count, isTransactional, 1000);
    }

    /** A batch of a producer. */
    public static MemoryRecords of(
            long producer, int epoch, int sequence, int count, boolean isTransactional, long timestamp) {
        SimpleRecord[] records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(timestamp + i, ("value " + i).getBytes());
        }
        return MemoryRecords.withRecords(
                RecordBatch.MAGIC_VALUE_V2,
                0,
                Compression.NONE,
                TimestampType.CREATE_TIME,
                producer,
                (short) epoch,
                sequence,
                -1,
                isTransactional,
                records);
    }

    /** A batch without a producer. */
    public static MemoryRecords plain(int count) {
        return of(RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH, RecordBatch.NO_SEQUENCE, count, false);
    }

    /** A marker of a transaction, as a log writes it. */
    public static MemoryRecords of(TransactionMarker marker, long timestamp) {
        return MemoryRecords.withEndTransactionMarker(
                0,
                timestamp,
                0,
                marker.producerId(),
                marker.producerEpoch(),
                new EndTransactionMarker(
                        marker.isCommit() ? ControlRecordType.COMMIT : ControlRecordType.ABORT,
                        marker.coordinatorEpoch()));
    }

    /** The only batch, at an offset. */
    public static MutableRecordBatch at(MemoryRecords records, long offset) {
        MutableRecordBatch batch = records.batchIterator().next();
        batch.setLastOffset(offset + batch.lastOffset() - batch.baseOffset());
        return batch;
    }
}
