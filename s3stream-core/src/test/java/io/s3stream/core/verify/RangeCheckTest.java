package io.s3stream.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.tools.Finding;
import io.s3stream.core.metadata.EpochList;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RangeCheckTest {

    private static final long STREAM = 4;
    private static final long EPOCH = 3;
    private static final int RECORD_BYTES = 100;
    private static final ObjectMetadata OBJECT = new ObjectMetadata(9, "data/9", 1 << 20, 1, 1);

    private final List<BlockEntry> blocks = new ArrayList<>();

    /** Adds a block with {@link #RECORD_BYTES} bytes of records behind the blocks so far. */
    private RangeCheckTest block(long epoch, long from, long to, long timestamp) {
        int size = RECORD_BYTES + BlockFormat.HEADER_BYTES;
        blocks.add(new BlockEntry(STREAM, epoch, from, to, timestamp, (long) blocks.size() * size, size));
        return this;
    }

    private List<Finding> check(long from, long to, long bytes, long timestamp) {
        Range range = new Range(from, to, OBJECT.id(), bytes, timestamp);
        StreamMetadata stream =
                new StreamMetadata(STREAM, "", Map.of(), EPOCH, 0, -1, 0, false, from, to, RangeList.of(List.of(range)), EpochList.EMPTY);
        long end = (long) blocks.size() * (RECORD_BYTES + BlockFormat.HEADER_BYTES);
        ByteBuffer tail = ObjectIndex.encodeTail(blocks, end);
        ObjectIndex index = ObjectIndex.decode(tail, end + tail.remaining());
        return RangeCheck.check(OBJECT, index, List.of(new RangesByObject.Use(stream, range)));
    }

    private static void assertOnly(List<Finding> findings, long offset, String message) {
        assertThat(findings).singleElement().satisfies(found -> {
            assertThat(found.kind()).isEqualTo(Finding.Kind.RANGE);
            assertThat(found.object()).isEqualTo("data/9");
            assertThat(found.streamId()).isEqualTo(STREAM);
            assertThat(found.offset()).isEqualTo(offset);
            assertThat(found.message()).contains(message);
        });
    }

    @Test
    void rangeThatMatchesItsBlocksHasNoFinding() {
        assertThat(block(1, 0, 10, 5).block(3, 10, 20, 7).check(0, 20, 200, 7)).isEmpty();
    }

    @Test
    void offsetsBetweenBlocksAreReported() {
        assertOnly(block(1, 0, 10, 5).block(1, 12, 20, 7).check(0, 20, 200, 7), 10, "no block has offsets [10, 12)");
    }

    @Test
    void offsetsBehindLastBlockAreReported() {
        assertOnly(block(1, 0, 10, 5).check(0, 20, 200, 5), 10, "no block has offsets [10, 20)");
    }

    @Test
    void rangeOfStreamThatObjectDoesNotHaveIsReported() {
        blocks.add(new BlockEntry(STREAM + 1, 1, 0, 20, 5, 0, RECORD_BYTES + BlockFormat.HEADER_BYTES));
        assertOnly(check(0, 20, 100, 5), 0, "no block has offsets [0, 20)");
    }

    @Test
    void decreasingStreamEpochIsReported() {
        assertOnly(block(2, 0, 10, 5).block(1, 10, 20, 7).check(0, 20, 200, 7), 10, "stream epoch 1 after 2");
    }

    @Test
    void blockOfFutureEpochIsReported() {
        assertOnly(block(EPOCH + 1, 0, 10, 5).check(0, 10, 100, 5), 0, "the stream is at " + EPOCH);
    }

    @Test
    void wrongSizeOfWholeBlocksIsReported() {
        assertOnly(block(1, 0, 10, 5).check(0, 10, 99, 5), 0, "have 100 bytes, the metadata says 99");
        assertOnly(check(0, 10, 101, 5), 0, "have 100 bytes, the metadata says 101");
    }

    @Test
    void wrongTimestampOfWholeBlocksIsReported() {
        assertOnly(block(1, 0, 10, 5).check(0, 10, 100, 4), 0, "reach timestamp 5, the metadata says 4");
    }

    @Test
    void rangeThatBeginsInsideBlockIsCheckedAgainstLimitsOnly() {
        block(1, 0, 10, 5).block(1, 10, 20, 7);

        assertThat(check(5, 20, 150, 6)).isEmpty();
        assertOnly(check(5, 20, 201, 7), 5, "the metadata says 201");
        assertOnly(check(5, 20, 150, 8), 5, "the metadata says 8");
    }
}
