package io.s3stream.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenFilesTest {

    static Stream<String> names() {
        return GoldenFiles.encode().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void presentEncoderWritesSameBytes(String name) throws IOException {
        assertThat(GoldenFiles.encode().get(name)).isEqualTo(GoldenFiles.read(name));
    }

    @Test
    void recordOfVersion1IsReadable() throws IOException {
        ByteBuffer record = GoldenFiles.read("record-v1.hex");
        assertThat(RecordFormat.checkHeader(record, 0, record.limit())).isEqualTo(58);
        RecordFormat.checkPayload(record, 0);
        assertThat(RecordFormat.streamId(record, 0)).isEqualTo(11);
        assertThat(RecordFormat.streamEpoch(record, 0)).isEqualTo(3);
        assertThat(RecordFormat.baseOffset(record, 0)).isEqualTo(100);
        assertThat(RecordFormat.recordCount(record, 0)).isEqualTo(2);
        assertThat(RecordFormat.maxTimestamp(record, 0)).isEqualTo(1_700_000_000_100L);
        assertThat(record.slice(48, 10)).isEqualTo(Samples.payload(10, 1));
    }

    @Test
    void recordWithoutPayloadOfVersion1IsReadable() throws IOException {
        ByteBuffer record = GoldenFiles.read("record-without-payload-v1.hex");
        assertThat(RecordFormat.checkHeader(record, 0, record.limit())).isEqualTo(48);
        RecordFormat.checkPayload(record, 0);
        assertThat(RecordFormat.endOffset(record, 0)).isEqualTo(102);
    }

    @Test
    void rewritesOfBlocksOfVersion1AreReadable() throws IOException {
        ByteBuffer tail = GoldenFiles.read("rewritten-index-v1.hex");
        assertThat(ObjectIndex.decode(tail, 256 + tail.remaining()).entries())
                .extracting(BlockEntry::rewrites)
                .containsExactly(2, 0);
    }

    @Test
    void framesOfVersion1AreReadableAndFollowEachOther() throws IOException {
        FrameHeader first = Decoders.frame(GoldenFiles.read("frame-v1.hex"));
        FrameHeader second = Decoders.frame(GoldenFiles.read("empty-frame-v1.hex"));

        assertThat(first.nodeId()).isEqualTo(5);
        assertThat(first.ackedThrough()).isEqualTo(40);
        assertThat(first.bodyBytes()).isEqualTo(3 * 48 + 10 + 1 + 33);
        assertThat(first.follows(7, Samples.NONCE, 41, FrameFormat.initialChain(Samples.NONCE), 4096))
                .isTrue();
        assertThat(second.bodyBytes()).isZero();
        assertThat(second.ackedThrough()).isEqualTo(42);
        assertThat(second.follows(7, Samples.NONCE, 42, first.chain(), 4608)).isTrue();
    }

    @Test
    void blockOfVersion1IsReadable() throws IOException {
        ByteBuffer block = GoldenFiles.read("block-v1.hex");
        BlockEntry entry = new BlockEntry(11, 3, 100, 104, 1_700_000_000_104L, 0, 48 + 2 * 48 + 11);
        assertThat(BlockFormat.verify(block, 0, block.limit(), entry)).hasSize(2);
    }

    @Test
    void objectOfVersion1IsReadable() throws IOException {
        ByteBuffer object = GoldenFiles.read("object-v1.hex");
        List<BlockEntry> entries = Decoders.object(object);
        assertThat(entries)
                .containsExactly(
                        new BlockEntry(11, 3, 100, 104, 1_700_000_000_104L, 0, 155),
                        new BlockEntry(11, 3, 104, 105, 1_700_000_000_105L, 155, 101),
                        new BlockEntry(12, 3, 0, 3, 1_700_000_000_003L, 256, 210));
        assertThat(ObjectIndex.encodeTail(entries, 466)).isEqualTo(GoldenFiles.read("tail-v1.hex"));
        assertThat(ObjectIndex.decode(GoldenFiles.read("tail-v1.hex"), object.limit())
                        .entries())
                .isEqualTo(entries);
    }
}
