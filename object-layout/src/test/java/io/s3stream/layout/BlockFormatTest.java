package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockFormatTest {

    private final ByteBuffer block = Samples.block(11, 100, 3, 2);
    private final BlockEntry entry = Samples.entry(block, 0);

    private void assertRefused(ByteBuffer changed) {
        assertCorrupted(() -> Decoders.block(changed, entry));
    }

    @Test
    void blockIsVerifiedAndItsBatchesAreCounted() {
        assertThat(BlockFormat.verify(block, 0, block.limit(), entry)).hasSize(3);
    }

    @Test
    void blockIsFoundInMiddleOfDirectBuffer() {
        ByteBuffer large = ByteBuffer.allocateDirect(2000).put(777, block, 0, block.limit());
        assertThat(BlockFormat.verify(large.position(5).limit(1500), 777, block.limit(), entry))
                .hasSize(3);
        assertThat(large.position()).isEqualTo(5);
    }

    @Test
    void blockMayEndAtLargestOffset() {
        ByteBuffer last = Samples.block(1, Long.MAX_VALUE - 6, 3, 2);
        assertThat(BlockFormat.verify(last, 0, last.limit(), Samples.entry(last, 0)))
                .hasSize(3);
    }

    @Test
    void emptyBlockHoldsNoBatches() {
        ByteBuffer empty = BlockFormat.header(1, 5, 5, 0, 0, 0);
        BlockEntry expected = new BlockEntry(1, 0, 5, 5, 0, 0, 48);
        assertThat(BlockFormat.verify(empty, 0, 48, expected)).isEmpty();
    }

    @Test
    void blockWithOtherStreamOrOffsetThanIndexIsRefused() {
        assertRefused(Samples.block(12, 100, 3, 2));
        assertRefused(Samples.block(11, 99, 3, 2));
        assertRefused(Samples.block(11, 100, 2, 3));
        assertRefused(Samples.block(11, 100, 3, 1));
        assertRefused(Samples.block(11, 100, 4, 2));
    }

    @Test
    void blockWithOtherLengthThanIndexIsRefused() {
        for (int size = -1; size < block.limit(); size++) {
            int cut = size;
            assertCorrupted(() -> BlockFormat.verify(block, 0, cut, entry));
        }
        ByteBuffer longer = ByteBuffer.allocate(block.limit() + 48).put(0, block, 0, block.limit());
        assertRefused(longer);
        assertCorrupted(() -> BlockFormat.verify(block, 0, Integer.MAX_VALUE, entry));
        assertCorrupted(() -> BlockFormat.verify(block, 1, block.limit(), entry));
        assertCorrupted(() -> BlockFormat.verify(block, 10_000, block.limit(), entry));
    }

    @Test
    void wrongPositionInRightBufferIsRefused() {
        ByteBuffer two =
                ByteBuffer.allocate(2 * block.limit()).put(block.duplicate()).put(block.duplicate());
        assertThat(BlockFormat.verify(two, block.limit(), block.limit(), entry)).hasSize(3);
        assertCorrupted(() -> BlockFormat.verify(two, block.limit() - 1, block.limit(), entry))
                .withMessageContaining("bad magic");
    }

    @Test
    void recordsOfOtherStreamUnderValidHeaderAreRefused() {
        ByteBuffer mixed = Samples.copy(block);
        mixed.putLong(48 + 8, 12);
        mixed.putInt(40, RecordChecksum.compute(mixed, 48, mixed.limit()));
        assertCorrupted(() -> Decoders.block(Resealing.blockHeader(mixed), entry))
                .withMessageContaining("stream=12 offset=100");
    }

    @Test
    void gapBetweenRecordsUnderValidHeaderIsRefused() {
        ByteBuffer gap = Samples.copy(block);
        int second = 48 + RecordFormat.encodedBytes(5);
        gap.putLong(second + 24, 103);
        gap.putInt(40, RecordChecksum.compute(gap, 48, gap.limit()));
        assertCorrupted(() -> Decoders.block(Resealing.blockHeader(gap), entry))
                .withMessageContaining("expected offset=102");
    }

    @Test
    void endOffsetBeyondRecordsIsRefused() {
        ByteBuffer shorter = Resealing.blockHeader(Samples.copy(block).putLong(24, 107));
        BlockEntry agreeing = new BlockEntry(11, 3, 100, 107, 0, 0, block.limit());
        assertCorrupted(() -> Decoders.block(shorter, agreeing)).withMessageContaining("ends at offset 106");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 2, 4, Integer.MAX_VALUE})
    void wrongBatchCountUnderValidHeaderIsRefused(int batches) {
        ByteBuffer changed = Resealing.blockHeader(Samples.copy(block).putInt(36, batches));
        assertCorrupted(() -> Decoders.block(changed, entry))
                .withMessageContaining(batches + (batches < 0 || batches > 100 ? " batches" : ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE})
    void wrongBodyLengthUnderValidHeaderIsRefused(int bytes) {
        assertRefused(Resealing.blockHeader(Samples.copy(block).putInt(32, bytes)));
    }

    @Test
    void unknownVersionIsRefused() {
        ByteBuffer changed = Resealing.blockHeader(Samples.copy(block).putInt(4, 2));
        assertCorrupted(() -> Decoders.block(changed, entry)).withMessageContaining("version");
    }
}
