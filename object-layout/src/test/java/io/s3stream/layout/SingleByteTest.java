package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Verification finds any change of any one byte. */
class SingleByteTest {

    private static void assertEveryChangeIsFound(ByteBuffer bytes, int from, int to, Consumer<ByteBuffer> decoder) {
        decoder.accept(bytes);
        for (int i = from; i < to; i++) {
            byte before = bytes.get(i);
            for (int difference = 1; difference < 256; difference++) {
                bytes.put(i, (byte) (before ^ difference));
                assertCorrupted(() -> decoder.accept(bytes));
            }
            bytes.put(i, before);
        }
        decoder.accept(bytes);
    }

    @Test
    void everyChangeOfFrameExceptPaddingIsFound() {
        ByteBuffer frame = Samples.frame();
        int end = FrameFormat.HEADER_BYTES + FrameFormat.readHeader(frame, 0).bodyBytes();
        assertEveryChangeIsFound(frame, 0, end, Decoders::frame);
    }

    @Test
    void everyChangeOfBlockIsFound() {
        ByteBuffer block = Samples.block(11, 100, 2, 2);
        BlockEntry entry = Samples.entry(block, 0);
        assertEveryChangeIsFound(block, 0, block.limit(), bytes -> Decoders.block(bytes, entry));
    }

    @Test
    void everyChangeOfWholeObjectIsFound() {
        ByteBuffer object = Samples.object();
        assertEveryChangeIsFound(object, 0, object.limit(), Decoders::object);
    }

    @Test
    void paddingByteChangesNothing() {
        ByteBuffer frame = Samples.frame();
        for (int i = FrameFormat.HEADER_BYTES + FrameFormat.readHeader(frame, 0).bodyBytes(); i < 512; i++) {
            frame.put(i, (byte) -1);
        }
        Decoders.frame(frame);
    }
}
