package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.wal.s3.fence.FenceMarker;
import io.s3stream.wal.s3.fence.WalKeys;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The bytes of markers and opening objects, and the keys: they outlive every version of this code. */
class SmallObjectsTest {

    private static final FenceMarker MARKER = new FenceMarker(3, 0x10000, 0x1122334455667788L, 42, -7);
    private static final OpeningRecord OPENING =
            new OpeningRecord(new UUID(1, 2), 3, 0x10000, 0x1122334455667788L, 16, 4 << 20, 64 << 20, 8);

    @Test
    void markerBytesNeverChange() {
        assertThat(HexFormat.of().formatHex(MARKER.encode()))
                .isEqualTo("53335758" + "00000001" + "00000003" + "00000000" + "0000000000010000" + "000000000000002a"
                        + "fffffffffffffff9" + "1122334455667788" + "000000000000000000000000" + "87a7aa28");
        assertThat(FenceMarker.decodeOrNull(ByteBuffer.wrap(MARKER.encode()))).isEqualTo(MARKER);
    }

    @Test
    void openingObjectBytesNeverChange() {
        assertThat(HexFormat.of().formatHex(OPENING.encode()))
                .isEqualTo("5333574f" + "00000001" + "0000000000000001" + "0000000000000002" + "00000003" + "00000010"
                        + "0000000000010000" + "1122334455667788" + "00400000" + "04000000" + "00000008" + "10bbf9c4");
        assertThat(OpeningRecord.decode(ByteBuffer.wrap(OPENING.encode()), "k")).isEqualTo(OPENING);
    }

    @Test
    void anyFlippedBitIsDetected() {
        for (int bit = 0; bit < FenceMarker.BYTES * 8; bit++) {
            byte[] marker = MARKER.encode();
            marker[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(FenceMarker.decodeOrNull(ByteBuffer.wrap(marker)))
                    .as("bit " + bit)
                    .isNull();
            byte[] opening = OPENING.encode();
            opening[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> OpeningRecord.decode(ByteBuffer.wrap(opening), "the-key"))
                    .isInstanceOf(CorruptedDataException.class)
                    .hasMessageContaining("the-key");
        }
    }

    @Test
    void markerIsSmallerThanAnyFrame() {
        assertThat(FenceMarker.BYTES).isLessThan(FrameFormat.HEADER_BYTES);
    }

    @Test
    void garbageOfAnyLengthIsNeitherMarkerNorOpeningObject() {
        Random random = new Random(1);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertThat(FenceMarker.decodeOrNull(ByteBuffer.wrap(bytes))).isNull();
            assertThatThrownBy(() -> OpeningRecord.decode(ByteBuffer.wrap(bytes), "k"))
                    .isInstanceOf(CorruptedDataException.class);
        }
    }

    @Test
    void keysSortBySequence() {
        WalKeys keys = new WalKeys(3, 65536);
        assertThat(keys.of(42)).isEqualTo("wal/3/65536/00000000000000000042");
        assertThat(keys.of(Long.MAX_VALUE)).isEqualTo("wal/3/65536/09223372036854775807");
        assertThat(keys.of(99)).isLessThan(keys.of(100)).isGreaterThan(keys.before(99));
        assertThat(keys.before(0)).isLessThan(keys.of(0));
        assertThat(keys.opening()).isGreaterThan(keys.of(Long.MAX_VALUE));
    }

    @Test
    void keysAreParsedAndOtherNamesAreNot() {
        WalKeys keys = new WalKeys(3, 65536);
        assertThat(WalKeys.parse(keys.of(7))).isEqualTo(keys);
        assertThat(WalKeys.parse(keys.opening())).isEqualTo(keys);
        assertThat(WalKeys.sequence(keys.of(7))).isEqualTo(7);
        assertThat(WalKeys.sequence(keys.opening())).isEqualTo(-1);
        for (String other : new String[] {"wal/x/1/2", "wal/3/", "data/3/65536/1", "wal/99999999999/1/2", "wal/1/"}) {
            assertThat(WalKeys.parse(other)).as(other).isNull();
        }
    }
}
