package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {

    @Test
    void everyFieldSurvives() {
        ByteBuffer target = ByteBuffer.allocate(200);
        RecordFormat.encode(target, 50, -1L, 1L << 40, 1L << 41, 77, -5L, Samples.payload(20, 1));

        assertThat(RecordFormat.checkHeader(target, 50, 200)).isEqualTo(50 + 48 + 20);
        RecordFormat.checkPayload(target, 50);
        assertThat(RecordFormat.streamId(target, 50)).isEqualTo(-1L);
        assertThat(RecordFormat.streamEpoch(target, 50)).isEqualTo(1L << 40);
        assertThat(RecordFormat.baseOffset(target, 50)).isEqualTo(1L << 41);
        assertThat(RecordFormat.recordCount(target, 50)).isEqualTo(77);
        assertThat(RecordFormat.endOffset(target, 50)).isEqualTo((1L << 41) + 77);
        assertThat(RecordFormat.maxTimestamp(target, 50)).isEqualTo(-5L);
        assertThat(RecordFormat.payloadBytes(target, 50)).isEqualTo(20);
        assertThat(target.slice(98, 20)).isEqualTo(Samples.payload(20, 1));
    }

    @Test
    void directAndHeapBuffersEncodeSameBytes() {
        ByteBuffer heap = ByteBuffer.allocate(148);
        ByteBuffer direct = ByteBuffer.allocateDirect(148);
        ByteBuffer payload = Samples.payload(100, 4);
        ByteBuffer directPayload = ByteBuffer.allocateDirect(100).put(0, payload, 0, 100);

        RecordFormat.encode(heap, 0, 1, 2, 3, 4, 5, directPayload);
        RecordFormat.encode(direct, 0, 1, 2, 3, 4, 5, payload);

        assertThat(direct).isEqualTo(heap);
        RecordFormat.checkPayload(direct, 0);
        RecordFormat.checkPayload(heap.asReadOnlyBuffer(), 0);
    }

    @Test
    void payloadBetweenPositionAndLimitIsEncodedAndBothStay() {
        ByteBuffer payload = Samples.payload(100, 4).position(10).limit(30).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer target = ByteBuffer.allocate(300).position(7).limit(250);

        RecordFormat.encode(target, 100, 1, 2, 3, 4, 5, payload);

        assertThat(target.slice(148, 20)).isEqualTo(Samples.payload(100, 4).slice(10, 20));
        assertThat(payload.position()).isEqualTo(10);
        assertThat(payload.limit()).isEqualTo(30);
        assertThat(target.position()).isEqualTo(7);
        assertThat(target.limit()).isEqualTo(250);
        RecordFormat.checkPayload(target, 100);
    }

    @Test
    void checksumCoversPayloadAlone() {
        ByteBuffer record = Samples.record(1, 0, 1, Samples.payload(50, 9));
        CRC32C crc = new CRC32C();
        crc.update(Samples.payload(50, 9));
        assertThat(record.getInt(36)).isEqualTo((int) crc.getValue());
    }

    @Test
    void tooSmallTargetIsRefusedBeforeAnyWrite() {
        ByteBuffer target = ByteBuffer.allocate(60);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Samples.putRecord(target, 0, 1, 0, 1, Samples.payload(13, 1)));
        assertThat(target).isEqualTo(ByteBuffer.allocate(60));
    }

    @Test
    void largestPayloadLengthOverflowsInsteadOfWrapping() {
        assertThat(RecordFormat.encodedBytes(Integer.MAX_VALUE - 48)).isEqualTo(Integer.MAX_VALUE);
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> RecordFormat.encodedBytes(Integer.MAX_VALUE - 47));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -48, -1, 21, Integer.MAX_VALUE - 48, Integer.MAX_VALUE})
    void impossiblePayloadLengthIsRefused(int length) {
        ByteBuffer record = Samples.record(1, 0, 1, Samples.payload(20, 1)).putInt(4, length);
        assertCorrupted(() -> RecordFormat.checkHeader(record, 0, 68))
                .withMessageContaining("payload length " + length);
    }

    @Test
    void recordWithoutPayloadKeepsItsOffsets() {
        ByteBuffer record = Samples.record(1, 7, 5, Samples.payload(0, 1));
        assertThat(RecordFormat.checkHeader(record, 0, 48)).isEqualTo(48);
        RecordFormat.checkPayload(record, 0);
        assertThat(RecordFormat.payloadBytes(record, 0)).isZero();
        assertThat(RecordFormat.endOffset(record, 0)).isEqualTo(12);
        record.putInt(36, 1); // the checksum of no bytes is 0
        assertCorrupted(() -> RecordFormat.checkPayload(record, 0)).withMessageContaining("payload checksum mismatch");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0})
    void recordCountBelowOneIsRefused(int count) {
        ByteBuffer record = Samples.record(1, 0, 1, Samples.payload(20, 1)).putInt(32, count);
        assertCorrupted(() -> RecordFormat.checkHeader(record, 0, 68)).withMessageContaining("record count " + count);
    }

    @Test
    void offsetsReachLargestLongAndEndThere() {
        ByteBuffer last = Samples.record(1, Long.MAX_VALUE - 5, 5, Samples.payload(20, 1));
        RecordFormat.checkHeader(last, 0, 68);
        assertThat(RecordFormat.endOffset(last, 0)).isEqualTo(Long.MAX_VALUE);

        ByteBuffer wide = Samples.record(1, 0, Integer.MAX_VALUE, Samples.payload(20, 1));
        RecordFormat.checkHeader(wide, 0, 68);
        assertThat(RecordFormat.endOffset(wide, 0)).isEqualTo(Integer.MAX_VALUE);

        ByteBuffer beyond = Samples.record(1, Long.MAX_VALUE - 5, 6, Samples.payload(20, 1));
        assertCorrupted(() -> RecordFormat.checkHeader(beyond, 0, 68));
        ByteBuffer negative = Samples.record(1, -1, 1, Samples.payload(20, 1));
        assertCorrupted(() -> RecordFormat.checkHeader(negative, 0, 68)).withMessageContaining("base offset -1");
    }

    @Test
    void everyTruncationIsRefused() {
        ByteBuffer record = Samples.record(1, 0, 1, Samples.payload(20, 1));
        for (int limit = 0; limit < 68; limit++) {
            int cut = limit;
            assertCorrupted(() -> RecordFormat.checkHeader(record, 0, cut)).withMessageContaining("byte " + cut);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void wrongMagicOrVersionIsRefused(int at) {
        ByteBuffer record = Samples.record(1, 0, 1, Samples.payload(20, 1));
        record.put(at, (byte) (record.get(at) + 1));
        assertCorrupted(() -> RecordFormat.checkHeader(record, 0, 68)).withMessageContaining("bad magic or version");
    }

    @Test
    void changedPayloadByteIsFoundAndLocatedInMessage() {
        ByteBuffer record = Samples.record(9, 1234, 1, Samples.payload(20, 1));
        record.put(60, (byte) (record.get(60) ^ 1));
        assertCorrupted(() -> RecordFormat.checkPayload(record, 0))
                .withMessageContaining("stream=9")
                .withMessageContaining("offset=1234");
    }

    @Test
    void littleEndianViewIsRefused() {
        ByteBuffer record = Samples.record(1, 0, 1, Samples.payload(20, 1)).order(ByteOrder.LITTLE_ENDIAN);
        assertCorrupted(() -> RecordFormat.checkHeader(record, 0, 68));
    }
}
