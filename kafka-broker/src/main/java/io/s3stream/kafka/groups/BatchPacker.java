package io.s3stream.kafka.groups;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/** Packs records into batches of limited size. Not thread-safe. */
final class BatchPacker {

    private static final int FIRST_BYTES = 16 << 10;

    private final long producerId;
    private final short producerEpoch;
    private final int maxBytes;
    private final List<MemoryRecords> batches;
    private @Nullable MemoryRecordsBuilder builder;

    private BatchPacker(long producerId, short producerEpoch, int maxBytes, List<MemoryRecords> batches) {
        this.producerId = producerId;
        this.producerEpoch = producerEpoch;
        this.maxBytes = maxBytes;
        this.batches = batches;
    }

    /** @param batches receives the batches */
    static BatchPacker plain(int maxBytes, List<MemoryRecords> batches) {
        return new BatchPacker(RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH, maxBytes, batches);
    }

    /** @param batches receives the batches */
    static BatchPacker transactional(long producerId, short epoch, int maxBytes, List<MemoryRecords> batches) {
        return new BatchPacker(producerId, epoch, maxBytes, batches);
    }

    void add(long timestamp, ByteBuffer key, ByteBuffer value) {
        if (builder != null && !builder.hasRoomFor(timestamp, key, value, Record.EMPTY_HEADERS)) {
            finish();
        }
        if (builder == null) {
            boolean isTransactional = producerId != RecordBatch.NO_PRODUCER_ID;
            builder = new MemoryRecordsBuilder(
                    ByteBuffer.allocate(Math.min(FIRST_BYTES, maxBytes)),
                    RecordBatch.CURRENT_MAGIC_VALUE,
                    Compression.NONE,
                    TimestampType.CREATE_TIME,
                    0,
                    timestamp,
                    producerId,
                    producerEpoch,
                    isTransactional ? 0 : RecordBatch.NO_SEQUENCE,
                    isTransactional,
                    false,
                    RecordBatch.NO_PARTITION_LEADER_EPOCH,
                    maxBytes);
        }
        builder.append(timestamp, key.duplicate(), value.duplicate());
    }

    /** Ends the present batch, if it has records. */
    void finish() {
        if (builder != null) {
            batches.add(builder.build());
            builder = null;
        }
    }
}
