package io.s3stream.layout;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.ObjectKeys.DataKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * Coverage-guided fuzzing, one decoder at a time:
 * {@code JAZZER_FUZZ=1 mvn -pl object-layout -am test -Dtest.excluded.groups= -Dtest=DecoderFuzzTest#frame}. Without
 * JAZZER_FUZZ it replays the inputs found before. The test repairs checksums first, because a fuzzer cannot guess them
 * and the checks behind them must hold on their own.
 */
@Tag("fuzz")
class DecoderFuzzTest {

    private static final BlockEntry BLOCK = new BlockEntry(11, 3, 100, 104, 0, 0, 155);

    private static void mayRefuse(Runnable decoder) {
        try {
            decoder.run();
        } catch (CorruptedDataException expected) {
            if (expected.getMessage() == null) {
                throw new AssertionError("a refusal without a message", expected);
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void record(byte[] data) {
        ByteBuffer bytes = ByteBuffer.wrap(data);
        mayRefuse(() -> Decoders.record(bytes));
        mayRefuse(() -> Decoders.record(Resealing.payloads(bytes, 0)));
    }

    @FuzzTest(maxDuration = "1m")
    void frame(byte[] data) {
        ByteBuffer bytes = ByteBuffer.wrap(data);
        mayRefuse(() -> Decoders.frame(bytes));
        if (data.length >= FrameFormat.HEADER_BYTES) {
            bytes.putInt(0, 0x5333_5746).putInt(4, 1);
            mayRefuse(() -> Decoders.frame(Resealing.frameHeader(bytes)));
            bytes.putInt(12, data.length - FrameFormat.HEADER_BYTES);
            Resealing.payloads(bytes, FrameFormat.HEADER_BYTES);
            mayRefuse(() -> bytes.putInt(60, RecordChecksum.compute(bytes, FrameFormat.HEADER_BYTES, data.length)));
            mayRefuse(() -> Decoders.frame(Resealing.frameHeader(bytes)));
        }
    }

    @FuzzTest(maxDuration = "1m")
    void block(byte[] data) {
        ByteBuffer bytes = ByteBuffer.wrap(data);
        mayRefuse(() -> Decoders.block(bytes, BLOCK));
        if (data.length >= BlockFormat.HEADER_BYTES) {
            bytes.putInt(0, 0x5333_4442).putInt(4, 1).putInt(32, data.length - BlockFormat.HEADER_BYTES);
            BlockEntry agreeing =
                    new BlockEntry(bytes.getLong(8), 0, bytes.getLong(16), bytes.getLong(24), 0, 0, data.length);
            Resealing.payloads(bytes, BlockFormat.HEADER_BYTES);
            mayRefuse(() -> bytes.putInt(40, RecordChecksum.compute(bytes, BlockFormat.HEADER_BYTES, data.length)));
            mayRefuse(() -> Decoders.block(Resealing.blockHeader(bytes), agreeing));
        }
    }

    @FuzzTest(maxDuration = "1m")
    void index(byte[] data) {
        ByteBuffer bytes = ByteBuffer.wrap(data);
        mayRefuse(() -> Decoders.object(bytes));
        int footer = data.length - ObjectIndex.FOOTER_BYTES;
        if (footer >= 16) {
            int entries = Math.floorMod(bytes.getInt(footer + 8), footer / 56 + 1);
            int indexBytes = Math.min(footer, 16 + entries * 56);
            bytes.putLong(footer, footer - indexBytes).putInt(footer + 8, indexBytes);
            bytes.putLong(footer + 16, data.length).putInt(footer + 28, 1).putInt(footer + 36, 0x5333_4f42);
            bytes.putInt(footer - indexBytes, 0x5333_4958).putInt(footer - indexBytes + 4, 1);
            mayRefuse(() -> reencode(Resealing.tail(bytes)));
        }
    }

    private static void reencode(ByteBuffer object) {
        List<BlockEntry> entries = Decoders.index(object).entries();
        long blocksEnd = object.getLong(object.limit() - ObjectIndex.FOOTER_BYTES);
        if (!Decoders.index(tailOnly(entries, blocksEnd, object)).entries().equals(entries)) {
            throw new AssertionError("entries changed between decoding and encoding: " + entries);
        }
        Decoders.object(object);
    }

    private static ByteBuffer tailOnly(List<BlockEntry> entries, long blocksEnd, ByteBuffer object) {
        return Samples.copy(object).put((int) blocksEnd, ObjectIndex.encodeTail(entries, blocksEnd), 0, (int)
                (object.limit() - blocksEnd));
    }

    @FuzzTest(maxDuration = "1m")
    void key(byte[] data) {
        String key = new String(data, StandardCharsets.UTF_8);
        mayRefuse(() -> {
            DataKey parsed = ObjectKeys.parse(key);
            if (!ObjectKeys.data(parsed.nodeId(), parsed.nodeEpoch(), parsed.counter())
                    .equals(key)) {
                throw new AssertionError("key differs from the one built from its parts: " + key);
            }
        });
    }
}
