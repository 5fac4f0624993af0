package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.StreamException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectIndexTest {

    private static final long BLOCKS_END = 10_000;

    private static BlockEntry entry(long stream, long base, long end, long position) {
        return new BlockEntry(stream, 1, base, end, 5, position, 100);
    }

    private static ObjectIndex decode(ByteBuffer tail) {
        return ObjectIndex.decode(tail, BLOCKS_END + tail.remaining());
    }

    private static void assertNotWritten(BlockEntry... entries) {
        assertThatExceptionOfType(StreamException.class)
                .isThrownBy(() -> ObjectIndex.encodeTail(List.of(entries), BLOCKS_END))
                .withMessageContaining("impossible entry");
    }

    @Test
    void entriesAreReadInOrder() {
        List<BlockEntry> entries = List.of(
                new BlockEntry(Long.MIN_VALUE, -1, 0, 1, Long.MIN_VALUE, 0, 49),
                new BlockEntry(7, Long.MAX_VALUE, 0, 1L << 40, -1, 4000, 500),
                new BlockEntry(7, 2, 1L << 40, (1L << 40) + 1, 9, 9800, 100, Integer.MAX_VALUE),
                new BlockEntry(Long.MAX_VALUE, 2, Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MAX_VALUE, 9900, 100));
        assertThat(decode(ObjectIndex.encodeTail(entries, BLOCKS_END)).entries())
                .isEqualTo(entries)
                .isUnmodifiable();
    }

    @Test
    void objectMayHoldNoBlocks() {
        ByteBuffer tail = ObjectIndex.encodeTail(List.of(), 0);
        assertThat(tail.remaining()).isEqualTo(16 + 40);
        ObjectIndex index = ObjectIndex.decode(tail, 56);
        assertThat(index.entries()).isEmpty();
        assertThat(index.find(1, 0)).isEqualTo(-1);
    }

    @Test
    void positionsBeyondIntRangeSurvive() {
        long blocksEnd = 1L << 42;
        List<BlockEntry> entries =
                List.of(new BlockEntry(1, 1, 0, 1, 0, blocksEnd - Integer.MAX_VALUE, Integer.MAX_VALUE));
        ByteBuffer tail = ObjectIndex.encodeTail(entries, blocksEnd);
        assertThat(ObjectIndex.decode(tail, blocksEnd + tail.remaining()).entries())
                .isEqualTo(entries);
    }

    @Test
    void indexFindsBlockOfOffset() {
        ObjectIndex index = decode(ObjectIndex.encodeTail(
                List.of(entry(3, 10, 20, 0), entry(3, 20, 21, 100), entry(3, 30, 40, 200), entry(8, 0, 5, 300)),
                BLOCKS_END));
        assertThat(index.find(3, 9)).isEqualTo(-1);
        assertThat(index.find(3, 10)).isZero();
        assertThat(index.find(3, 19)).isZero();
        assertThat(index.find(3, 20)).isEqualTo(1);
        assertThat(index.find(3, 21)).isEqualTo(-1);
        assertThat(index.find(3, 39)).isEqualTo(2);
        assertThat(index.find(3, 40)).isEqualTo(-1);
        assertThat(index.find(8, 0)).isEqualTo(3);
        assertThat(index.find(8, 5)).isEqualTo(-1);
        assertThat(index.find(5, 3)).isEqualTo(-1);
        assertThat(index.find(2, Long.MAX_VALUE)).isEqualTo(-1);
        assertThat(index.find(9, 0)).isEqualTo(-1);
        assertThat(index.find(3, -1)).isEqualTo(-1);
    }

    @Test
    void unreadableEntriesAreNotWritten() {
        assertNotWritten(entry(1, -1, 5, 0));
        assertNotWritten(entry(1, 5, 5, 0));
        assertNotWritten(entry(1, 5, 4, 0));
        assertNotWritten(entry(1, 0, 5, -1));
        assertNotWritten(entry(1, 0, 5, BLOCKS_END - 99));
        assertNotWritten(entry(1, 0, 5, Long.MAX_VALUE));
        assertNotWritten(new BlockEntry(1, 1, 0, 5, 0, 0, BlockFormat.HEADER_BYTES));
        assertNotWritten(new BlockEntry(1, 1, 0, 5, 0, 0, -1));
        assertNotWritten(new BlockEntry(1, 1, 0, 5, 0, 0, 100, -1));
        assertNotWritten(entry(2, 0, 5, 0), entry(1, 0, 5, 100));
        assertNotWritten(entry(1, 0, 5, 0), entry(1, 4, 6, 100));
        assertNotWritten(entry(1, 5, 6, 0), entry(1, 0, 5, 100));
    }

    @Test
    void impossibleEntriesUnderValidChecksumsAreRefused() {
        ByteBuffer good = ObjectIndex.encodeTail(List.of(entry(1, 0, 5, 0), entry(1, 5, 6, 100)), BLOCKS_END);
        int second = 16 + 56;
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putLong(second, 0))));
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putLong(second + 16, 4))));
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putLong(second + 24, 5))));
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putLong(second + 40, Long.MAX_VALUE))));
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putLong(second + 40, Long.MIN_VALUE))));
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putInt(second + 48, Integer.MIN_VALUE))));
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putInt(second + 48, 48))));
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putInt(second + 52, -1))));
        assertThat(decode(Resealing.tail(Samples.copy(good))).entries()).hasSize(2);
    }

    @Test
    void countDifferentFromLengthIsRefusedUnderValidChecksums() {
        ByteBuffer good = ObjectIndex.encodeTail(List.of(entry(1, 0, 5, 0)), BLOCKS_END);
        for (int count : new int[] {Integer.MIN_VALUE, -1, 0, 2, 1 << 29, 76_695_845, Integer.MAX_VALUE}) {
            ByteBuffer changed = Resealing.tail(Samples.copy(good).putInt(8, count));
            assertCorrupted(() -> decode(changed)).withMessageContaining("count " + count);
        }
    }

    @Test
    void unknownIndexVersionOrMagicIsRefused() {
        ByteBuffer good = ObjectIndex.encodeTail(List.of(), BLOCKS_END);
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putInt(4, 2))));
        assertCorrupted(() -> decode(Resealing.tail(Samples.copy(good).putInt(0, 2))));
    }
}
