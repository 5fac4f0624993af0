package io.s3stream.core.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.TestRecords;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectPlanTest {

    /** The size of a block with three records. */
    private static final int BLOCK = BlockFormat.HEADER_BYTES + 3 * TestRecords.ENCODED;

    private final SegmentFixture fixture = new SegmentFixture();

    private static ObjectPlan plan(CacheSegment segment, int blockBytes) {
        return ObjectPlan.of(List.copyOf(segment.runs()), blockBytes);
    }

    @Test
    void blockIsFilledUpToItsMaximum() {
        ObjectPlan plan = plan(fixture.segment(7), BLOCK);

        assertThat(plan.blocks())
                .extracting(BlockPlan::from, BlockPlan::to)
                .containsExactly(tuple(0, 3), tuple(3, 6), tuple(6, 7));
        assertThat(plan.blocks().get(0).entry().size()).isEqualTo(BLOCK);
    }

    @Test
    void batchLargerThanBlockGetsBlockOfItsOwn() {
        ObjectPlan plan = plan(fixture.segment(2), 10);
        assertThat(plan.blocks())
                .extracting(block -> block.entry().size())
                .containsOnly(BlockFormat.HEADER_BYTES + TestRecords.ENCODED)
                .hasSize(2);
    }

    @Test
    void blockNeverHoldsRecordsOfTwoStreams() {
        ObjectPlan plan = plan(fixture.segment(1, 1), BLOCK);
        assertThat(plan.blocks()).extracting(block -> block.entry().streamId()).containsExactly(1L, 2L);
    }

    @Test
    void blocksAreAdjacentAndIndexListsThem() {
        ObjectPlan plan = plan(fixture.segment(7, 2), BLOCK);
        List<BlockEntry> entries = plan.blocks().stream().map(BlockPlan::entry).toList();
        long end = 0;
        for (BlockEntry entry : entries) {
            assertThat(entry.position()).isEqualTo(end);
            end += entry.size();
        }

        ByteBuffer tail = plan.tail();
        assertThat(ObjectIndex.decode(tail, end + tail.remaining()).entries()).isEqualTo(entries);
    }

    @Test
    void entryHasOffsetsAndGreatestTimestampOfItsBatches() {
        BlockEntry second = plan(fixture.segment(7), BLOCK).blocks().get(1).entry();
        assertThat(second.baseOffset()).isEqualTo(3);
        assertThat(second.endOffset()).isEqualTo(6);
        assertThat(second.maxTimestamp()).isEqualTo(50);
    }

    @Test
    void eachRunBecomesOneRange() {
        assertThat(plan(fixture.segment(7, 2), BLOCK).ranges())
                .containsExactly(
                        new UploadedRange(1, 1, 0, 7, 7L * TestRecords.ENCODED, 60),
                        new UploadedRange(2, 1, 0, 2, 2L * TestRecords.ENCODED, 10));
    }
}
