package io.s3stream.kafka.compaction;

import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.CloseableIterator;

/**
 * Makes a batch with fewer records. It has the offsets, the producer, the sequence, the epoch and the compression of
 * the old one.
 */
final class BatchRewriting {

    private BatchRewriting() {}

    /**
     * A batch with some of the records.
     *
     * @param isRetained true for at least one record
     * @param sizeHint bytes of the old batch
     */
    static ByteBuffer withRecords(RecordBatch batch, Predicate<Record> isRetained, int sizeHint) {
        long appendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME
                ? batch.maxTimestamp()
                : RecordBatch.NO_TIMESTAMP;
        ByteBufferOutputStream bytes = new ByteBufferOutputStream(sizeHint);
        MemoryRecordsBuilder builder = new MemoryRecordsBuilder(
                bytes,
                batch.magic(),
                Compression.of(batch.compressionType()).build(),
                batch.timestampType(),
                batch.baseOffset(),
                appendTime,
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                batch.isTransactional(),
                batch.isControlBatch(),
                batch.partitionLeaderEpoch(),
                sizeHint);
        try (CloseableIterator<Record> records = batch.streamingIterator(BufferSupplier.NO_CACHING)) {
            while (records.hasNext()) {
                Record record = records.next();
                if (isRetained.test(record)) {
                    builder.append(record);
                }
            }
        }
        builder.overrideLastOffset(batch.lastOffset());
        return builder.build().buffer();
    }

    /** A batch without records. */
    static ByteBuffer withoutRecords(RecordBatch batch) {
        ByteBuffer bytes = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        DefaultRecordBatch.writeEmptyHeader(
                bytes,
                batch.magic(),
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                batch.baseOffset(),
                batch.lastOffset(),
                batch.partitionLeaderEpoch(),
                batch.timestampType(),
                batch.maxTimestamp(),
                batch.isTransactional(),
                batch.isControlBatch());
        bytes.flip();
        return bytes;
    }
}
