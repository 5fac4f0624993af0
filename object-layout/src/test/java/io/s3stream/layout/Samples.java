package io.s3stream.layout;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Small, fixed structures for tests. */
final class Samples {

    static final long NONCE = 0x0123_4567_89ab_cdefL;

    private Samples() {}

    /** {@code length} bytes that differ from one another and from those of another seed. */
    static ByteBuffer payload(int length, int seed) {
        ByteBuffer payload = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            payload.put(i, (byte) (seed * 31 + i));
        }
        return payload;
    }

    static int putRecord(ByteBuffer target, int at, long streamId, long baseOffset, int count, ByteBuffer payload) {
        RecordFormat.encode(target, at, streamId, 3, baseOffset, count, 1_700_000_000_000L + baseOffset, payload);
        return at + RecordFormat.encodedBytes(payload.remaining());
    }

    /** A record alone. */
    static ByteBuffer record(long streamId, long baseOffset, int count, ByteBuffer payload) {
        ByteBuffer record = ByteBuffer.allocate(RecordFormat.encodedBytes(payload.remaining()));
        putRecord(record, 0, streamId, baseOffset, count, payload);
        return record;
    }

    static FrameHeader header(long sequence, long position, int previousChain) {
        return FrameHeader.toSeal(5, 7, NONCE, sequence, sequence - 2, position, previousChain);
    }

    /** A frame of two streams' records, padded to 512. */
    static ByteBuffer frame() {
        ByteBuffer frame = ByteBuffer.allocate(512);
        int end = putRecord(frame, FrameFormat.HEADER_BYTES, 11, 100, 2, payload(10, 1));
        end = putRecord(frame, end, 12, 0, 1, payload(1, 2));
        end = putRecord(frame, end, 11, 102, 3, payload(33, 3));
        int body = end - FrameFormat.HEADER_BYTES;
        FrameFormat.seal(frame, 0, body, 512, header(42, 4096, FrameFormat.initialChain(NONCE)));
        return frame;
    }

    /** A block of {@code batches} batches with {@code count} offsets each. */
    static ByteBuffer block(long streamId, long baseOffset, int batches, int count) {
        ByteBuffer body = ByteBuffer.allocate(4096);
        int end = 0;
        for (int i = 0; i < batches; i++) {
            end = putRecord(body, end, streamId, baseOffset + (long) i * count, count, payload(5 + i, i));
        }
        int crc = RecordChecksum.compute(body, 0, end);
        ByteBuffer header =
                BlockFormat.header(streamId, baseOffset, baseOffset + (long) batches * count, end, batches, crc);
        return ByteBuffer.allocate(BlockFormat.HEADER_BYTES + end)
                .put(header)
                .put(body.limit(end).position(0))
                .flip();
    }

    /** The index entry of {@link #block} at {@code position}. */
    static BlockEntry entry(ByteBuffer block, long position) {
        long end = block.getLong(24);
        return new BlockEntry(
                block.getLong(8), 3, block.getLong(16), end, 1_700_000_000_000L + end, position, block.remaining());
    }

    /** A whole object: three blocks of two streams, index, footer. */
    static ByteBuffer object() {
        List<ByteBuffer> blocks = List.of(block(11, 100, 2, 2), block(11, 104, 1, 1), block(12, 0, 3, 1));
        ByteBuffer object = ByteBuffer.allocate(4096);
        List<BlockEntry> entries = new ArrayList<>();
        for (ByteBuffer block : blocks) {
            entries.add(entry(block, object.position()));
            object.put(block);
        }
        object.put(ObjectIndex.encodeTail(entries, object.position())).flip();
        return ByteBuffer.allocate(object.remaining()).put(object).flip();
    }

    static ByteBuffer copy(ByteBuffer source) {
        return ByteBuffer.allocate(source.remaining()).put(source.duplicate()).flip();
    }
}
