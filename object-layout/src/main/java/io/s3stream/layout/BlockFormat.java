package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;

/**
 * Writes block headers and verifies data blocks. A data block is a run of records of one stream, contiguous in offset.
 *
 * <p>Integers are big-endian. An int is 4 bytes, a long 8. The number at the left is the offset of the row in the
 * block. A block may begin at any byte of an object.
 *
 * <pre>
 *       0       1       2       3       4       5       6       7
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *   0 |  'S'     '3'     'D'     'B'  |        version = 1 (int)      |
 *     +-------------------------------+-------------------------------+
 *   8 |                        stream id (long)                       |
 *     +---------------------------------------------------------------+
 *  16 |                       base offset (long)                      |
 *     +---------------------------------------------------------------+
 *  24 |                       end offset (long)                       |
 *     +-------------------------------+-------------------------------+
 *  32 |    body length, bytes (int)   |    number of records (int)    |
 *     +-------------------------------+-------------------------------+
 *  40 |   CRC32C of record headers    |  CRC32C of bytes 0–43 (int)   |
 *     +-------------------------------+-------------------------------+
 *  48 |                  records, body length bytes                   |
 *     +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The CRC32C at byte 40 is the {@link RecordChecksum} of the records, an int. A block is exactly 48 + body length
 * bytes.
 */
public final class BlockFormat {

    public static final int HEADER_BYTES = 48;

    private static final int MAGIC = 0x5333_4442;
    private static final int VERSION = 1;

    private BlockFormat() {}

    /** Returns the header of a block; {@code recordsCrc} is the {@link RecordChecksum} of its records. */
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
     * Checks a whole block, from {@code at} to {@code at + size}: header, records and payloads. Offsets must be
     * contiguous, and the header must match the index entry.
     *
     * @return the start of each record, counted from the start of the block
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
                    "block at byte " + at + ": " + batches + " batches do not fit into " + bodyBytes + " bytes");
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
