package io.s3stream.kafka.partition;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.junit.jupiter.api.Test;

/** The batch that a client gets instead of dropped ones. */
class DroppedBatchesTest {

    @Test
    void batchWithoutRecordsCoversTheOffsets() {
        MutableRecordBatch batch = only(DroppedBatches.standIn(1000, 5000, 3));
        assertThat(batch.baseOffset()).isEqualTo(1000);
        assertThat(batch.nextOffset()).isEqualTo(5000);
        assertThat(batch.partitionLeaderEpoch()).isEqualTo(3);
        assertThat(batch.iterator().hasNext()).isFalse();
    }

    @Test
    void rangeBeyondTheLimitOfOneBatchIsCut() {
        MutableRecordBatch batch = only(DroppedBatches.standIn(1000, 1L << 40, 3));
        assertThat(batch.baseOffset()).isEqualTo(1000);
        assertThat(batch.nextOffset()).isEqualTo(1000L + Integer.MAX_VALUE);
    }

    private static MutableRecordBatch only(MemoryRecords records) {
        assertThat(records.sizeInBytes()).isEqualTo(DroppedBatches.BYTES);
        MutableRecordBatch batch = records.batchIterator().next();
        batch.ensureValid();
        return batch;
    }
}
