package io.s3stream.kafka.producers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of snapshots. */
class SnapshotCodecTest {

    private static final ProducerSnapshot SNAPSHOT = new ProducerSnapshot(
            0x1122,
            List.of(
                    new ProducerEntry(
                            1,
                            (short) 2,
                            3,
                            4,
                            18,
                            5,
                            19,
                            List.of(new RecentBatch(6, 7, 1, 8), new RecentBatch(9, 10, 2, 11))),
                    new ProducerEntry(12, (short) 13, -1, -1, 20, -1, 0, List.of())),
            List.of(new AbortedTransaction(14, 15, 16, 17)));

    /** Changes only together with the version and the package page. */
    private static final String GOLDEN =
            "4b505353000300000000000000010000000000001122f72f4b4e000000020000000000000001000200000003"
                    + "0000000000000004000000000000001200000000000000050000001302000000060000000000000007000000"
                    + "01000000000000000800000009000000000000000a00000002000000000000000b000000000000000c000dff"
                    + "ffffffffffffffffffffff0000000000000014ffffffffffffffff000000000000000001000000000000000e"
                    + "000000000000000f00000000000000100000000000000011";

    @Test
    void bytesAreThoseOfTheFormat() {
        List<ByteBuffer> parts = SnapshotCodec.encode(SNAPSHOT, 1 << 20);
        assertThat(parts).hasSize(1);
        assertThat(HexFormat.of().formatHex(parts.get(0).array())).isEqualTo(GOLDEN);
    }

    @Test
    void decodingReversesEncodingInAnyNumberOfParts() throws UnreadableSnapshotException {
        for (int maxPartBytes : new int[] {SnapshotCodec.HEADER_BYTES + 1, 50, 100, 1 << 20}) {
            List<SnapshotCodec.Part> parts = new ArrayList<>();
            for (ByteBuffer part : SnapshotCodec.encode(SNAPSHOT, maxPartBytes)) {
                assertThat(part.remaining()).isLessThanOrEqualTo(maxPartBytes);
                parts.add(SnapshotCodec.decodePart(part));
            }
            assertThat(SnapshotCodec.decode(parts)).isEqualTo(SNAPSHOT);
        }
    }

    @Test
    void everyChangedBitIsNoticed() {
        byte[] good = SnapshotCodec.encode(SNAPSHOT, 1 << 20).get(0).array();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> SnapshotCodec.decodePart(ByteBuffer.wrap(bad)))
                    .isInstanceOf(UnreadableSnapshotException.class);
        }
        for (int length = 0; length < good.length; length++) {
            ByteBuffer torn = ByteBuffer.wrap(good, 0, length).slice();
            assertThatThrownBy(() -> SnapshotCodec.decodePart(torn)).isInstanceOf(UnreadableSnapshotException.class);
        }
    }
}
