package io.s3stream.kafka.partition;

import java.util.Iterator;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;

/** The checks of a batch before it has an offset. */
final class BatchCheck {

    private BatchCheck() {}

    /**
     * The only batch of {@code records}, which is sound.
     *
     * @throws org.apache.kafka.common.errors.ApiException the protocol's error for the fault
     */
    static MutableRecordBatch only(MemoryRecords records, int maxBytes) {
        Iterator<MutableRecordBatch> batches = records.batchIterator();
        if (!batches.hasNext()) {
            throw new InvalidRecordException("a partition of a produce request has no batch");
        }
        MutableRecordBatch batch = batches.next();
        if (batches.hasNext()) {
            throw new InvalidRecordException("a partition of a produce request has more than one batch");
        }
        if (batch.magic() != RecordBatch.MAGIC_VALUE_V2) {
            throw new UnsupportedForMessageFormatException(
                    "record format " + batch.magic() + ": only format 2 is known");
        }
        if (batch.sizeInBytes() > maxBytes) {
            throw new RecordTooLargeException(
                    "a batch of " + batch.sizeInBytes() + " bytes: max.message.bytes is " + maxBytes);
        }
        if (!batch.isValid()) {
            throw new CorruptRecordException("the batch does not have its checksum");
        }
        if (records.sizeInBytes() != batch.sizeInBytes()) {
            throw new CorruptRecordException((records.sizeInBytes() - batch.sizeInBytes()) + " bytes follow the batch");
        }
        requireKnownCompression(batch);
        Integer count = batch.countOrNull();
        long offsets = batch.lastOffset() - batch.baseOffset() + 1;
        if (count == null || count < 1 || count != offsets) {
            throw new InvalidRecordException("a batch of " + offsets + " offsets has " + count + " records");
        }
        if (batch.isTransactional() && !batch.hasProducerId()) {
            throw new InvalidRecordException("a transactional batch has no producer id");
        }
        return batch;
    }

    /** A reader could not even pass over a batch with another compression. */
    private static void requireKnownCompression(RecordBatch batch) {
        try {
            CompressionType unused = batch.compressionType();
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException("the compression of the batch is unknown: " + e.getMessage(), e);
        }
    }

    /**
     * As {@link #only}, for a batch of a client, which writes no control batch. Checks its records too, unless they are
     * compressed.
     */
    static MutableRecordBatch ofClient(MemoryRecords records, int maxBytes) {
        MutableRecordBatch batch = only(records, maxBytes);
        if (batch.isControlBatch()) {
            throw new InvalidRecordException("clients must not write control batches");
        }
        if (batch.hasProducerId() && batch.baseSequence() < 0) {
            throw new InvalidRecordException(
                    "a batch of producer " + batch.producerId() + " has sequence " + batch.baseSequence());
        }
        if (batch.compressionType() == CompressionType.NONE) {
            RecordWalk.check(records.buffer(), batch.countOrNull());
        }
        return batch;
    }
}
