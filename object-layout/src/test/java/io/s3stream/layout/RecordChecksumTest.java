package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordChecksumTest {

    private static final int FROM = 13;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(500);
    private int second;
    private int end;

    @BeforeEach
    void twoRecords() {
        second = Samples.putRecord(buffer, FROM, 1, 10, 1, Samples.payload(40, 1));
        end = Samples.putRecord(buffer, second, 2, 20, 5, Samples.payload(3, 2));
    }

    @Test
    void checksumCoversHeadersInOrderWithoutPayloads() {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(FROM, RecordFormat.HEADER_BYTES));
        crc.update(buffer.slice(second, RecordFormat.HEADER_BYTES));
        assertThat(RecordChecksum.compute(buffer, FROM, end)).isEqualTo((int) crc.getValue());
    }

    @Test
    void checksumOfNoRecordsIsZero() {
        assertThat(RecordChecksum.compute(buffer, FROM, FROM)).isZero();
        RecordChecksum.verify(buffer, FROM, FROM, 0);
        assertCorrupted(() -> RecordChecksum.verify(buffer, FROM, FROM, 1));
    }

    @Test
    void checksumLeavesPositionAndLimitAlone() {
        buffer.position(3).limit(end);
        RecordChecksum.verify(buffer, FROM, end, RecordChecksum.compute(buffer, FROM, end));
        assertThat(buffer.position()).isEqualTo(3);
        assertThat(buffer.limit()).isEqualTo(end);
    }

    @Test
    void anySingleChangedByteIsFound() {
        int expected = RecordChecksum.compute(buffer, FROM, end);
        for (int i = FROM; i < end; i++) {
            byte before = buffer.get(i);
            buffer.put(i, (byte) (before ^ 0x10));
            assertCorrupted(() -> RecordChecksum.verify(buffer, FROM, end, expected));
            buffer.put(i, before);
        }
        RecordChecksum.verify(buffer, FROM, end, expected);
    }

    @Test
    void recordsThatMissEndOfRangeAreRefused() {
        int expected = RecordChecksum.compute(buffer, FROM, end);
        for (int to = FROM + 1; to < end; to++) {
            int cut = to;
            assertCorrupted(() -> RecordChecksum.verify(buffer, FROM, cut, expected));
        }
        assertCorrupted(() -> RecordChecksum.verify(buffer, FROM, end + 1, expected));
    }

    @Test
    void reorderedRecordsAreRefused() {
        int expected = RecordChecksum.compute(buffer, FROM, end);
        ByteBuffer swapped = ByteBuffer.allocate(end - FROM)
                .put(buffer.slice(second, end - second))
                .put(buffer.slice(FROM, second - FROM))
                .flip();
        assertCorrupted(() -> RecordChecksum.verify(swapped, 0, end - FROM, expected))
                .withMessageContaining("header checksum mismatch");
    }
}
