package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameCopiesTest {

    private static final int KIB = 1 << 10;

    @ParameterizedTest
    @CsvSource({"1, 4", "5, 8", "600, 1024", "1024, 1024", "1025, 2048", "9000, 9216", "12288, 12288"})
    void bufferHasFewSizesAndLittleUnusedRoom(int kib, int expectedKib) {
        ByteBuffer copy = new FrameCopies(64 << 20).copy(ByteBuffer.allocate(kib * KIB));
        assertThat(copy.capacity()).isEqualTo(expectedKib * KIB);
        assertThat(copy.remaining()).isEqualTo(kib * KIB);
    }

    @Test
    void bufferIsUsedAgainWithinLimit() {
        FrameCopies copies = new FrameCopies(8 * KIB);
        ByteBuffer first = copies.copy(ByteBuffer.allocate(8 * KIB));
        ByteBuffer second = copies.copy(ByteBuffer.allocate(8 * KIB));
        copies.giveBack(first);
        copies.giveBack(second); // beyond the limit

        assertThat(copies.copy(ByteBuffer.allocate(5 * KIB))).isSameAs(first);
        assertThat(copies.copy(ByteBuffer.allocate(5 * KIB))).isNotSameAs(second);
    }
}
