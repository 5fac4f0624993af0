package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;

/**
 * Reads and writes records. A record is one record batch, with the same bytes in WAL, caches and objects.
 *
 * <p>Integers are big-endian. An int is 4 bytes, a long 8. The number at the left is the offset of the row in the
 * record. A record may begin at any byte.
 *
 * <pre>
 *       0       1       2       3       4       5       6       7
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *   0 |  'S'     'R'  | ver.1 |   0   |   payload length, bytes (int) |
 *     +-------+-------+-------+-------+-------------------------------+
 *   8 |                        stream id (long)                       |
 *     +---------------------------------------------------------------+
 *  16 |                      stream epoch (long)                      |
 *     +---------------------------------------------------------------+
 *  24 |                       base offset (long)                      |
 *     +-------------------------------+-------------------------------+
 *  32 |      record count (int)       |  CRC32C of the payload (int)  |
 *     +-------------------------------+-------------------------------+
 *  40 |                      max timestamp (long)                     |
 *     +---------------------------------------------------------------+
 *  48 |                  payload, payload length bytes                |
 *     +---------------------------------------------------------------+
 * </pre>
 *
 * <p>An appended record has a payload of at least 1 byte. A record without payload stands for a batch that was dropped
 * when its stream was rewritten; it keeps the offsets of the batch.
 *
 * <p>The header has no checksum of its own. The {@link RecordChecksum} of the frame or block around it covers it.
 */
public final class RecordFormat {

    public static final int HEADER_BYTES = 48;

    static final int MAGIC_AND_VERSION = 0x5352_0100;

    private static final int PAYLOAD_LENGTH = 4;
    private static final int STREAM_ID = 8;
    private static final int STREAM_EPOCH = 16;
    private static final int BASE_OFFSET = 24;
    private static final int RECORD_COUNT = 32;
    private static final int PAYLOAD_CRC = 36;
    private static final int MAX_TIMESTAMP = 40;

    private RecordFormat() {}

    /** Returns the length of header and payload. */
    public static int encodedBytes(int payloadBytes) {
        return Math.addExact(HEADER_BYTES, payloadBytes);
    }

    /**
     * Writes a record at {@code at} of {@code target}. For many records use a {@link RecordEncoder}.
     *
     * @param payload the bytes from position to limit; its position does not change
     */
    public static void encode(
            ByteBuffer target,
            int at,
            long streamId,
            long streamEpoch,
            long baseOffset,
            int recordCount,
            long maxTimestamp,
            ByteBuffer payload) {
        new RecordEncoder(target)
                .encode(
                        at,
                        streamId,
                        streamEpoch,
                        baseOffset,
                        recordCount,
                        maxTimestamp,
                        payload,
                        payload.position(),
                        payload.remaining());
    }

    static void writeHeader(
            ByteBuffer target,
            int at,
            int payloadBytes,
            long streamId,
            long streamEpoch,
            long baseOffset,
            int recordCount,
            long maxTimestamp,
            int payloadCrc) {
        target.putInt(at, MAGIC_AND_VERSION);
        target.putInt(at + PAYLOAD_LENGTH, payloadBytes);
        target.putLong(at + STREAM_ID, streamId);
        target.putLong(at + STREAM_EPOCH, streamEpoch);
        target.putLong(at + BASE_OFFSET, baseOffset);
        target.putInt(at + RECORD_COUNT, recordCount);
        target.putInt(at + PAYLOAD_CRC, payloadCrc);
        target.putLong(at + MAX_TIMESTAMP, maxTimestamp);
    }

    /**
     * Checks that a well-formed record header begins at {@code at} and that the record ends at or before {@code limit}.
     *
     * @return the end of the record
     */
    public static int checkHeader(ByteBuffer buffer, int at, int limit) {
        if (limit - at < HEADER_BYTES) {
            throw new CorruptedDataException("record at byte " + at + ": header cut short at byte " + limit);
        }
        if (buffer.getInt(at) != MAGIC_AND_VERSION) {
            throw new CorruptedDataException(
                    "record at byte " + at + ": bad magic or version 0x" + Integer.toHexString(buffer.getInt(at)));
        }
        int payloadBytes = buffer.getInt(at + PAYLOAD_LENGTH);
        if (payloadBytes < 0 || payloadBytes > limit - at - HEADER_BYTES) {
            throw new CorruptedDataException(
                    "record at byte " + at + ": payload length " + payloadBytes + " does not fit before byte " + limit);
        }
        int count = buffer.getInt(at + RECORD_COUNT);
        long base = buffer.getLong(at + BASE_OFFSET);
        if (count < 1 || base < 0 || base > Long.MAX_VALUE - count) {
            throw new CorruptedDataException(
                    "record at byte " + at + ": base offset " + base + " with record count " + count);
        }
        return at + HEADER_BYTES + payloadBytes;
    }

    /** Compares the payload with its checksum. The caller must have checked the header. */
    public static void checkPayload(ByteBuffer buffer, int at) {
        if (Checksums.crc32c(buffer, at + HEADER_BYTES, payloadBytes(buffer, at)) != payloadCrc(buffer, at)) {
            throw payloadMismatch(buffer, at);
        }
    }

    static CorruptedDataException payloadMismatch(ByteBuffer buffer, int at) {
        return new CorruptedDataException("record at byte " + at + ": payload checksum mismatch, stream="
                + streamId(buffer, at) + " offset=" + baseOffset(buffer, at));
    }

    public static int payloadBytes(ByteBuffer buffer, int at) {
        return buffer.getInt(at + PAYLOAD_LENGTH);
    }

    static int payloadCrc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + PAYLOAD_CRC);
    }

    public static long streamId(ByteBuffer buffer, int at) {
        return buffer.getLong(at + STREAM_ID);
    }

    public static long streamEpoch(ByteBuffer buffer, int at) {
        return buffer.getLong(at + STREAM_EPOCH);
    }

    public static long baseOffset(ByteBuffer buffer, int at) {
        return buffer.getLong(at + BASE_OFFSET);
    }

    public static int recordCount(ByteBuffer buffer, int at) {
        return buffer.getInt(at + RECORD_COUNT);
    }

    public static long endOffset(ByteBuffer buffer, int at) {
        return baseOffset(buffer, at) + recordCount(buffer, at);
    }

    public static long maxTimestamp(ByteBuffer buffer, int at) {
        return buffer.getLong(at + MAX_TIMESTAMP);
    }
}
