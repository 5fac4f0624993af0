package io.s3stream.layout;

import java.nio.ByteBuffer;
import java.util.List;

/** The decoders as a reader uses them: each takes the whole buffer and either accepts all of it or throws. */
final class Decoders {

    private Decoders() {}

    static void record(ByteBuffer bytes) {
        RecordFormat.checkHeader(bytes, bytes.position(), bytes.limit());
        RecordFormat.checkPayload(bytes, bytes.position());
    }

    static FrameHeader frame(ByteBuffer bytes) {
        FrameHeader header = FrameFormat.readHeader(bytes, bytes.position());
        FrameFormat.verifyBody(bytes, bytes.position(), header);
        return header;
    }

    static void block(ByteBuffer bytes, BlockEntry expected) {
        BlockFormat.verify(bytes, bytes.position(), bytes.remaining(), expected);
    }

    static ObjectIndex index(ByteBuffer bytes) {
        return ObjectIndex.decode(bytes, bytes.remaining());
    }

    /** Decodes footer, index, and every block the index names. */
    static List<BlockEntry> object(ByteBuffer bytes) {
        List<BlockEntry> entries = index(bytes).entries();
        for (BlockEntry entry : entries) {
            BlockFormat.verify(bytes, bytes.position() + (int) entry.position(), entry.size(), entry);
        }
        return entries;
    }
}
