package io.s3stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBatchTest {

    @Test
    void textIsOneRecordOfUtf8() {
        RecordBatch batch = RecordBatch.of("grüße", 7);
        assertThat(batch.payload()).isEqualTo(ByteBuffer.wrap("grüße".getBytes(StandardCharsets.UTF_8)));
        assertThat(batch.recordCount()).isEqualTo(1);
        assertThat(batch.maxTimestamp()).isEqualTo(7);
    }

    @Test
    void payloadIsNotCopied() {
        byte[] bytes = {1, 2, 3};
        assertThat(RecordBatch.of(bytes, 1).payload().array()).isSameAs(bytes);
        ByteBuffer buffer = ByteBuffer.allocateDirect(9).position(3);
        assertThat(RecordBatch.of(buffer, 1).payload()).isSameAs(buffer);
    }

    @Test
    void anyTimestampAndAnyPositiveCountAreAccepted() {
        ByteBuffer payload = ByteBuffer.allocate(1);
        assertThat(new RecordBatch(payload, Integer.MAX_VALUE, Long.MIN_VALUE).maxTimestamp())
                .isEqualTo(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void batchOfNoRecordsIsRefused(int count) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new RecordBatch(ByteBuffer.allocate(1), count, 0))
                .withMessageContaining("recordCount=" + count);
    }

    @Test
    void emptyPayloadIsRefusedEvenInLargerBuffer() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RecordBatch.of("", 1))
                .withMessageContaining("payload is empty");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RecordBatch.of(ByteBuffer.allocate(5).position(5), 1));
    }
}
