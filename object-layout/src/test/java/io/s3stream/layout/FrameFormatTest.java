package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.StreamException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameFormatTest {

    @Test
    void everyHeaderFieldSurvives() {
        ByteBuffer frame = ByteBuffer.allocateDirect(1024);
        int end = Samples.putRecord(frame, 200 + FrameFormat.HEADER_BYTES, 1, 0, 1, Samples.payload(9, 1));
        int body = end - 200 - FrameFormat.HEADER_BYTES;
        FrameHeader sealed = FrameHeader.toSeal(
                Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MAX_VALUE - 1, Long.MIN_VALUE, 1L << 50, -3);

        int chain = FrameFormat.seal(frame, 200, body, 512, sealed);

        FrameHeader read = FrameFormat.readHeader(frame, 200);
        assertThat(read)
                .isEqualTo(new FrameHeader(
                        Integer.MAX_VALUE,
                        Long.MAX_VALUE,
                        -1,
                        Long.MAX_VALUE - 1,
                        Long.MIN_VALUE,
                        1L << 50,
                        -3,
                        body,
                        chain));
        FrameFormat.verifyBody(frame, 200, read);
    }

    @Test
    void sealingZeroesPaddingOnly() {
        ByteBuffer frame = ByteBuffer.allocate(1100);
        for (int i = 0; i < 1100; i++) {
            frame.put(i, (byte) 0x7f);
        }
        int end = Samples.putRecord(frame, FrameFormat.HEADER_BYTES, 1, 0, 1, Samples.payload(9, 1));
        FrameFormat.seal(frame, 0, end - FrameFormat.HEADER_BYTES, 1024, Samples.header(1, 0, 0));
        assertThat(frame.slice(end, 1024 - end)).isEqualTo(ByteBuffer.allocate(1024 - end));
        assertThat(frame.get(1024)).isEqualTo((byte) 0x7f);
    }

    @Test
    void emptyFrameIsHeaderAndPadding() {
        ByteBuffer frame = ByteBuffer.allocate(512);
        FrameFormat.seal(frame, 0, 0, 512, Samples.header(9, 512, 5));
        FrameHeader read = Decoders.frame(frame);
        assertThat(read.bodyBytes()).isZero();
        assertThat(read.sequence()).isEqualTo(9);
    }

    @Test
    void chainBeginsWithNonceChecksum() {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(0, Samples.NONCE));
        assertThat(FrameFormat.initialChain(Samples.NONCE)).isEqualTo((int) crc.getValue());
        assertThat(FrameFormat.initialChain(Samples.NONCE + 1)).isNotEqualTo(FrameFormat.initialChain(Samples.NONCE));
    }

    @Test
    void chainValueIsHeaderChecksumAndDependsOnPreviousFrame() {
        ByteBuffer one = ByteBuffer.allocate(512);
        ByteBuffer other = ByteBuffer.allocate(512);
        int chain = FrameFormat.seal(one, 0, 0, 512, Samples.header(9, 512, 5));
        int otherChain = FrameFormat.seal(other, 0, 0, 512, Samples.header(9, 512, 6));
        assertThat(FrameFormat.readHeader(one, 0).chain())
                .isEqualTo(chain)
                .isEqualTo(one.getInt(68))
                .isNotEqualTo(otherChain);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 72", "0, 512, 512", "440, 512, 512", "441, 512, 1024", "4024, 4096, 4096", "4025, 4096, 8192"})
    void paddingRoundsUpToTheAlignment(int body, int alignment, int padded) {
        assertThat(FrameFormat.paddedBytes(body, alignment)).isEqualTo(padded);
    }

    @Test
    void longestBodyCanBePaddedAndLongerOnesOverflowInsteadOfWrapping() {
        assertThat(FrameFormat.paddedBytes(FrameFormat.MAX_BODY_BYTES, 512 << 10))
                .isGreaterThan(FrameFormat.MAX_BODY_BYTES);
        for (int body : new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 71, Integer.MAX_VALUE - 72}) {
            assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> FrameFormat.paddedBytes(body, 4096));
        }
    }

    @Test
    void unreadableBodyIsNotSealed() {
        ByteBuffer frame = ByteBuffer.allocate(512);
        for (int body : new int[] {-1, 441, FrameFormat.MAX_BODY_BYTES + 1}) {
            assertThatExceptionOfType(StreamException.class)
                    .isThrownBy(() -> FrameFormat.seal(frame, 0, body, 512, Samples.header(1, 0, 0)));
        }
        assertThat(frame).isEqualTo(ByteBuffer.allocate(512));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, FrameFormat.MAX_BODY_BYTES + 1, Integer.MAX_VALUE})
    void impossibleBodyLengthIsRefusedUnderValidChecksum(int length) {
        ByteBuffer frame = Resealing.frameHeader(Samples.frame().putInt(12, length));
        assertCorrupted(() -> FrameFormat.readHeader(frame, 0)).withMessageContaining("body length " + length);
    }

    @Test
    void bodyLongerThanBufferIsRefused() {
        ByteBuffer frame = Resealing.frameHeader(Samples.frame().putInt(12, 441));
        assertCorrupted(() -> Decoders.frame(frame))
                .withMessageContaining("sequence=42")
                .withMessageContaining("cut");
    }

    @Test
    void unknownVersionIsNamed() {
        ByteBuffer frame = Resealing.frameHeader(Samples.frame().putInt(4, 2));
        assertCorrupted(() -> FrameFormat.readHeader(frame, 0)).withMessageContaining("unknown version 2");
    }

    @Test
    void everyTruncationIsRefused() {
        ByteBuffer frame = Samples.frame();
        int end = FrameFormat.HEADER_BYTES + FrameFormat.readHeader(frame, 0).bodyBytes();
        for (int limit = 0; limit < end; limit++) {
            frame.limit(limit);
            assertCorrupted(() -> Decoders.frame(frame));
            assertThat(FrameFormat.hasMagic(frame, 0)).isEqualTo(limit >= FrameFormat.HEADER_BYTES);
        }
        frame.limit(end);
        Decoders.frame(frame);
    }

    @Test
    void magicIsSearchedWithinLimitOnly() {
        ByteBuffer frame = Samples.frame();
        assertThat(FrameFormat.hasMagic(frame, 0)).isTrue();
        assertThat(FrameFormat.hasMagic(frame, 1)).isFalse();
        assertThat(FrameFormat.hasMagic(frame, 512)).isFalse();
        assertThat(FrameFormat.hasMagic(frame, 4096)).isFalse();
        assertThat(FrameFormat.hasMagic(frame.duplicate().order(ByteOrder.LITTLE_ENDIAN), 0))
                .isFalse();
        assertCorrupted(() -> FrameFormat.readHeader(frame, 1)).withMessageContaining("no frame here");
        assertCorrupted(() -> FrameFormat.readHeader(frame, 512)).withMessageContaining("cut short");
    }
}
