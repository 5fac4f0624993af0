package io.s3stream.kafka.partition;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;

/**
 * The rules of a topic for its batches.
 *
 * @param maxBytes the largest batch
 * @param timestampType whether records keep their timestamps or get the time of the append
 * @param beforeMaxMs how far a timestamp of a producer may lie in the past
 * @param afterMaxMs how far a timestamp of a producer may lie in the future
 * @param needsKeys whether each record must have a key, because the topic is compacted
 */
public record AppendOptions(
        int maxBytes, TimestampType timestampType, long beforeMaxMs, long afterMaxMs, boolean needsKeys) {

    /** Rules that only limit the size. */
    public static AppendOptions ofMaxBytes(int maxBytes) {
        return new AppendOptions(maxBytes, TimestampType.CREATE_TIME, Long.MAX_VALUE, Long.MAX_VALUE, false);
    }

    /**
     * Checks timestamps and keys. Reads the records only if the rules need them, for a past limit or keys, or if the batch
     * does not state its maximum timestamp. Then it gets the maximum of its records, as in Kafka.
     *
     * @param now wall clock in milliseconds
     * @throws org.apache.kafka.common.errors.ApiException the protocol's error for a batch that breaks a rule
     */
    void check(MutableRecordBatch batch, long now) {
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            throw new InvalidTimestampException("a batch of a producer claims LogAppendTime: producers set CreateTime");
        }
        boolean isCreateTime = timestampType == TimestampType.CREATE_TIME;
        if (isCreateTime && batch.maxTimestamp() == RecordBatch.NO_TIMESTAMP) {
            setMaxTimestamp(batch);
        }
        if (isCreateTime && batch.maxTimestamp() - afterMaxMs > now) {
            throw new InvalidTimestampException("timestamp " + batch.maxTimestamp() + " is too far in the future: "
                    + "message.timestamp.after.max.ms is " + afterMaxMs);
        }
        boolean hasPastLimit = isCreateTime && beforeMaxMs != Long.MAX_VALUE;
        if (batch.isControlBatch() || (!hasPastLimit && !needsKeys)) {
            return;
        }
        // Without keys and values there is no memory for sizes that a batch only claims.
        try (CloseableIterator<Record> records = batch.skipKeyValueIterator(BufferSupplier.NO_CACHING)) {
            while (records.hasNext()) {
                check(records.next(), hasPastLimit, now);
            }
        }
    }

    /** Without the maximum, retention would keep the batch, and a search by time would not find its records. */
    private static void setMaxTimestamp(MutableRecordBatch batch) {
        long max = RecordBatch.NO_TIMESTAMP;
        try (CloseableIterator<Record> records = batch.skipKeyValueIterator(BufferSupplier.NO_CACHING)) {
            while (records.hasNext()) {
                max = Math.max(max, records.next().timestamp());
            }
        }
        batch.setMaxTimestamp(TimestampType.CREATE_TIME, max);
    }

    private void check(Record record, boolean hasPastLimit, long now) {
        if (needsKeys && !record.hasKey()) {
            throw new InvalidRecordException("a record without a key: the topic is compacted and needs keys");
        }
        if (hasPastLimit && record.timestamp() != RecordBatch.NO_TIMESTAMP && now - beforeMaxMs > record.timestamp()) {
            throw new InvalidTimestampException("timestamp " + record.timestamp() + " is too far in the past: "
                    + "message.timestamp.before.max.ms is " + beforeMaxMs);
        }
    }

    /** Gives the batch the time of the append, if the topic asks for it; returns that time, or -1. */
    long stamp(MutableRecordBatch batch, long now) {
        if (timestampType != TimestampType.LOG_APPEND_TIME) {
            return RecordBatch.NO_TIMESTAMP;
        }
        batch.setMaxTimestamp(TimestampType.LOG_APPEND_TIME, now);
        return now;
    }
}
