package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;

/**
 * A data block: a run of records of one stream, contiguous in offset.
 *
 * <p>Fields, by offset: 0 magic "S3DB", 4 version, 8 stream id, 16 base offset, 24 end offset, 32 body length (int), 36
 * record batches (int), 40 CRC32C of the record headers (int, {@link RecordChecksum}), 44 CRC32C of bytes 0–43 (int), 48
 * records.
 */
public final class BlockFormat {

    public static final int HEADER_BYTES = 48;

    private static final int MAGIC = 0x5333_4442;
    private static final int VERSION = 1;

    private BlockFormat() {}

    /** The header of a block; {@code recordsCrc} is the {@link RecordChecksum} of its records. */
    public static ByteBuffer header(
            long streamId, long baseOffset, long endOffset, int bodyBytes, int batches, int recordsCrc) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(0, MAGIC);
        header.putInt(4, VERSION);
        header.putLong(8, streamId);
        header.putLong(16, baseOffset);
        header.putLong(24, endOffset);
        header.putInt(32, bodyBytes);
        header.putInt(36, batches);
        header.putInt(40, recordsCrc);
        header.putInt(44, Checksums.crc32c(header, 0, 44));
        return header;
    }

    /**
     * Checks a whole block, from {@code at} to {@code at + size}: header, records, payloads, and that offsets are
     * contiguous.
     *
     * @return where each of its batches begins, counted from the block's beginning
     */
    public static int[] verify(ByteBuffer buffer, int at, int size, BlockEntry expected) {
        if (size < HEADER_BYTES || size > buffer.limit() - at) {
            throw new CorruptedDataException("block at byte " + at + ": size " + size + " cut short");
        }
        if (buffer.getInt(at) != MAGIC || buffer.getInt(at + 4) != VERSION) {
            throw new CorruptedDataException("block at byte " + at + ": bad magic or version");
        }
        if (Checksums.crc32c(buffer, at, 44) != buffer.getInt(at + 44)) {
            throw new CorruptedDataException("block at byte " + at + ": header checksum mismatch");
        }
        long streamId = buffer.getLong(at + 8);
        long base = buffer.getLong(at + 16);
        long end = buffer.getLong(at + 24);
        int bodyBytes = buffer.getInt(at + 32);
        if (bodyBytes != size - HEADER_BYTES
                || size != expected.size()
                || streamId != expected.streamId()
                || base != expected.baseOffset()
                || end != expected.endOffset()) {
            throw new CorruptedDataException("block at byte " + at + ": is stream=" + streamId + " [" + base + ", "
                    + end + ") of " + bodyBytes + " bytes, the index says " + expected);
        }
        int batches = buffer.getInt(at + 36);
        if (batches < 0 || batches > bodyBytes / RecordFormat.HEADER_BYTES) {
            throw new CorruptedDataException(
                    "block at byte " + at + ": " + batches + " batches cannot be in " + bodyBytes + " bytes");
        }
        int[] places = new int[batches];
        RecordVerifier verifier = new RecordVerifier(buffer);
        int from = at + HEADER_BYTES;
        int found = 0;
        long next = base;
        for (int record = from; record < at + size; found++) {
            int recordEnd = verifier.next(record, at + size);
            if (RecordFormat.streamId(buffer, record) != streamId || RecordFormat.baseOffset(buffer, record) != next) {
                throw new CorruptedDataException("block at byte " + at + ": record at byte " + record + " is stream="
                        + RecordFormat.streamId(buffer, record) + " offset=" + RecordFormat.baseOffset(buffer, record)
                        + ", expected offset=" + next);
            }
            if (found < batches) {
                places[found] = record - at;
            }
            next = RecordFormat.endOffset(buffer, record);
            record = recordEnd;
        }
        verifier.finish(from, at + size, buffer.getInt(at + 40));
        if (next != end || found != batches) {
            throw new CorruptedDataException("block at byte " + at + ": ends at offset " + next + " with " + found
                    + " batches, the header says " + end + " with " + batches);
        }
        return places;
    }
}
