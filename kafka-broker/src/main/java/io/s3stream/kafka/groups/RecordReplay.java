package io.s3stream.kafka.groups;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.common.runtime.Deserializer;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replays the batches of a log to a coordinator, in the order of the log. Not thread-safe. */
final class RecordReplay {

    private static final Logger LOG = LoggerFactory.getLogger(RecordReplay.class);

    /** As Kafka's loader: each commit drops the means of the coordinator to return to an older state. */
    private static final long COMMIT_INTERVAL = 16_384;

    private final TopicPartition partition;
    private final CoordinatorPlayback<CoordinatorRecord> playback;
    private final GroupCoordinatorRecordSerde serde = new GroupCoordinatorRecordSerde();
    private long committed = -1;
    private long records;
    private long bytes;

    RecordReplay(TopicPartition partition, CoordinatorPlayback<CoordinatorRecord> playback) {
        this.partition = partition;
        this.playback = playback;
    }

    void add(MutableRecordBatch batch) {
        for (Record record : batch) {
            records++;
            if (batch.isControlBatch()) {
                endTransaction(batch, ControlRecordType.parse(record.key()));
            } else {
                replay(batch, record);
            }
        }
        bytes += batch.sizeInBytes();
        if (batch.nextOffset() - committed >= COMMIT_INTERVAL) {
            commit(batch.nextOffset());
        }
    }

    private void endTransaction(MutableRecordBatch batch, ControlRecordType outcome) {
        if (outcome == ControlRecordType.COMMIT || outcome == ControlRecordType.ABORT) {
            playback.replayEndTransactionMarker(
                    batch.producerId(),
                    batch.producerEpoch(),
                    outcome == ControlRecordType.COMMIT ? TransactionResult.COMMIT : TransactionResult.ABORT);
        }
    }

    private void replay(MutableRecordBatch batch, Record record) {
        CoordinatorRecord known;
        try {
            known = serde.deserialize(record.key(), record.value());
        } catch (Deserializer.UnknownRecordTypeException e) {
            LOG.warn(
                    "{}: the record at {} has the unknown type {}: ignored",
                    partition,
                    record.offset(),
                    e.unknownType());
            return;
        }
        playback.replay(record.offset(), batch.producerId(), batch.producerEpoch(), known);
    }

    /** Ends at the end of the log. The coordinator of an empty log already has the position 0. */
    void end(long end) {
        if (end > 0 && end > committed) {
            commit(end);
        }
    }

    private void commit(long offset) {
        playback.updateLastWrittenOffset(offset);
        playback.updateLastCommittedOffset(offset);
        committed = offset;
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }
}
