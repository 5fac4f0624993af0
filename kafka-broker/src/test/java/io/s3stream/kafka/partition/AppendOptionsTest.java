package io.s3stream.kafka.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches whose header lacks the maximum timestamp, as sarama before version 1.23 sends them. */
class AppendOptionsTest {

    private static final int MAX = 1 << 20;
    private static final long NOW = 1_000_000;

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"NONE", "GZIP", "LZ4"})
    void missingMaximumBecomesThatOfTheRecords(CompressionType compression) {
        MutableRecordBatch batch = withoutMaximum(compression, 5000, 7000, 6000);

        AppendOptions.ofMaxBytes(MAX).check(batch, NOW);

        assertThat(batch.maxTimestamp()).isEqualTo(7000);
        batch.ensureValid();
        assertThat(batch).extracting(record -> record.timestamp()).containsExactly(5000L, 7000L, 6000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"NONE", "GZIP", "LZ4"})
    void limitOfTheFutureHoldsWithoutTheMaximum(CompressionType compression) {
        AppendOptions options = new AppendOptions(MAX, TimestampType.CREATE_TIME, Long.MAX_VALUE, 10, false);

        assertThatThrownBy(() -> options.check(withoutMaximum(compression, 5000, NOW + 11), NOW))
                .isInstanceOf(InvalidTimestampException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"NONE", "GZIP", "LZ4"})
    void recordsWithoutTimestampsStayWithoutOne(CompressionType compression) {
        MutableRecordBatch batch = withoutMaximum(compression, -1, -1);

        AppendOptions.ofMaxBytes(MAX).check(batch, NOW);

        assertThat(batch.maxTimestamp()).isEqualTo(RecordBatch.NO_TIMESTAMP);
        batch.ensureValid();
    }

    private static MutableRecordBatch withoutMaximum(CompressionType compression, long... timestamps) {
        SimpleRecord[] records = new SimpleRecord[timestamps.length];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(timestamps[i], new byte[] {1}, new byte[100]);
        }
        MemoryRecords built =
                MemoryRecords.withRecords(Compression.of(compression).build(), records);
        MutableRecordBatch batch = MemoryRecords.readableRecords(copy(built.buffer()))
                .batchIterator()
                .next();
        batch.setMaxTimestamp(TimestampType.CREATE_TIME, RecordBatch.NO_TIMESTAMP);
        return batch;
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
    }
}
