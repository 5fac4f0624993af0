package io.s3stream.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.bytes.ByteWriter;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.log.RestoredStore;
import io.s3stream.core.metadata.log.RestoredStore.RestoredStream;
import io.s3stream.core.metadata.state.MetadataState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CatalogTest {

    private static MetadataState state(String name, Map<String, String> tags) {
        return state(name, tags, false);
    }

    private static MetadataState state(String name, Map<String, String> tags, boolean isSealed) {
        return new RestoredStore(
                        new UUID(1, 2),
                        Set.of(),
                        RebuildMark.NONE,
                        List.of(),
                        9,
                        List.of(
                                new RestoredStream(2, "", Map.of(), 1, 0, false, 0, List.of(), EpochList.EMPTY),
                                new RestoredStream(7, name, tags, 5, 4, isSealed, 30, List.of(), EpochList.EMPTY)))
                .state();
    }

    private static byte[] bytes(MetadataState state) {
        List<ByteBuffer> pieces = Catalog.encode(state);
        ByteBuffer all = ByteBuffer.allocate(
                pieces.stream().mapToInt(ByteBuffer::remaining).sum());
        pieces.forEach(piece -> all.put(piece.duplicate()));
        return all.array();
    }

    @Test
    void catalogIsReadAsWrittenAndKnowsDeletedStreams() {
        Catalog read = Catalog.decode(bytes(state("orders", Map.of("b", "2", "a", "1"), true)), "test");

        assertThat(read.lastStreamId()).isEqualTo(9);
        assertThat(read.streams()).containsOnlyKeys(2L, 7L);
        assertThat(read.streams().get(7L))
                .isEqualTo(new Catalog.Entry("orders", Map.of("a", "1", "b", "2"), 5, 4, true, 30));
        assertThat(read.isDeleted(8)).isTrue();
        assertThat(read.isDeleted(7)).isFalse();
        assertThat(read.isDeleted(10)).as("stream created later").isFalse();
    }

    @Test
    void aCatalogueOfTheFirstVersionIsReadWithoutCallerEpochsAndSeals() {
        byte[] bytes = new ByteWriter(0x53334354, 1)
                .unsigned(9)
                .unsigned(1)
                .unsigned(7)
                .string("orders")
                .unsigned(1)
                .string("a")
                .string("1")
                .unsigned(5)
                .unsigned(30)
                .sealToArray();
        assertThat(Catalog.decode(bytes, "test").streams())
                .isEqualTo(Map.of(7L, new Catalog.Entry("orders", Map.of("a", "1"), 5, 0, false, 30)));
    }

    @Test
    void changedBytesAreDetected() {
        byte[] bytes = bytes(state("orders", Map.of()));
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> Catalog.decode(changed, "test")).isInstanceOf(CorruptedDataException.class);
        }
    }

    @Test
    void fingerprintDistinguishesStatesWithOtherStreams() {
        int one = Catalog.fingerprint(state("orders", Map.of("a", "1")));
        assertThat(Catalog.fingerprint(state("orders", Map.of("a", "1")))).isEqualTo(one);
        assertThat(Catalog.fingerprint(state("others", Map.of("a", "1")))).isNotEqualTo(one);
        assertThat(Catalog.fingerprint(state("orders", Map.of("a", "2")))).isNotEqualTo(one);
        assertThat(Catalog.fingerprint(state("orders", Map.of("a", "1"), true))).isNotEqualTo(one);
    }

    @Test
    void keyTellsPositionAndFingerprint() {
        CatalogKey key = CatalogKey.of(42, -5, new UUID(1, 2));
        assertThat(CatalogKey.parse(key.key())).contains(key);
        assertThat(CatalogKey.parse("catalog/other")).isEmpty();
        assertThat(key.key()).isLessThan(CatalogKey.of(100, 3, new UUID(0, 0)).key());
    }
}
