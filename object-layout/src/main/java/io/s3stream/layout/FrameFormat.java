package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Seals and verifies frames. A frame is the unit of a WAL write: a header, the records of many streams, and padding to
 * the WAL's alignment.
 *
 * <p>Integers are big-endian. An int is 4 bytes, a long 8. The number at the left is the offset of the row in the
 * frame.
 *
 * <pre>
 *       0       1       2       3       4       5       6       7
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *   0 |  'S'     '3'     'W'     'F'  |        version = 1 (int)      |
 *     +-------------------------------+-------------------------------+
 *   8 |         node id (int)         |    body length, bytes (int)   |
 *     +-------------------------------+-------------------------------+
 *  16 |                        WAL epoch (long)                       |
 *     +---------------------------------------------------------------+
 *  24 |                        sequence (long)                        |
 *     +---------------------------------------------------------------+
 *  32 |                      ackedThrough (long)                      |
 *     +---------------------------------------------------------------+
 *  40 |                    generation nonce (long)                    |
 *     +---------------------------------------------------------------+
 *  48 |                        position (long)                        |
 *     +-------------------------------+-------------------------------+
 *  56 | previous frame's chain (int)  |  CRC32C of record headers     |
 *     +-------------------------------+-------------------------------+
 *  64 |      reserved, zero (int)     |  CRC32C of bytes 0–67 (int)   |
 *     +-------------------------------+-------------------------------+
 *  72 |                  records, body length bytes                   |
 *     +---------------------------------------------------------------+
 *     |                  zeros, up to the alignment                   |
 *     +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The CRC32C at byte 60 is the {@link RecordChecksum} of the body. The CRC32C at byte 68 is the <em>header
 * checksum</em>. The header checksum is also the chain value of the frame, and the next frame repeats it at byte 56.
 *
 * <p>Each generation draws a nonce, and its chain begins with {@link #initialChain a value made from the nonce}. So a
 * reader never mistakes a frame of an older lap, or a payload that looks like a frame, for the next frame. Padding is
 * written as zeros. Readers ignore it, and no checksum covers it.
 */
public final class FrameFormat {

    public static final int HEADER_BYTES = 72;

    /** The maximum body length. An int then addresses a padded frame at every alignment up to 512 KiB. */
    public static final int MAX_BODY_BYTES = Integer.MAX_VALUE - (1 << 20);

    private static final int MAGIC = 0x5333_5746;
    private static final int VERSION = 1;

    private static final int NODE_ID = 8;
    private static final int BODY_LENGTH = 12;
    private static final int WAL_EPOCH = 16;
    private static final int SEQUENCE = 24;
    private static final int ACKED_THROUGH = 32;
    private static final int NONCE = 40;
    private static final int POSITION = 48;
    private static final int PREVIOUS = 56;
    private static final int BODY_CRC = 60;
    private static final int RESERVED = 64;
    private static final int HEADER_CRC = 68;

    private FrameFormat() {}

    /** Returns the chain value before the first frame of a generation: the CRC32C of the 8 bytes of the nonce. */
    public static int initialChain(long nonce) {
        ByteBuffer bytes = ByteBuffer.allocate(8).putLong(0, nonce);
        return Checksums.crc32c(bytes, 0, 8);
    }

    /** Returns the length of header and body, rounded up to {@code alignment}, a power of two. */
    public static int paddedBytes(int bodyBytes, int alignment) {
        return Math.addExact(Math.addExact(HEADER_BYTES, bodyBytes), alignment - 1) & -alignment;
    }

    /**
     * Seals the frame at {@code at}, whose records already follow the place of the header. Writes the header and zeroes
     * the padding.
     *
     * @return the chain value for the next frame
     */
    public static int seal(ByteBuffer buffer, int at, int bodyBytes, int paddedBytes, FrameHeader header) {
        if (bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES || paddedBytes - HEADER_BYTES < bodyBytes) {
            throw new StreamException(
                    Kind.INTERNAL, "frame body of " + bodyBytes + " bytes does not fit " + paddedBytes + " bytes");
        }
        int bodyStart = at + HEADER_BYTES;
        for (int i = bodyStart + bodyBytes; i < at + paddedBytes; i++) {
            buffer.put(i, (byte) 0);
        }
        buffer.putInt(at, MAGIC);
        buffer.putInt(at + 4, VERSION);
        buffer.putInt(at + NODE_ID, header.nodeId());
        buffer.putInt(at + BODY_LENGTH, bodyBytes);
        buffer.putLong(at + WAL_EPOCH, header.walEpoch());
        buffer.putLong(at + SEQUENCE, header.sequence());
        buffer.putLong(at + ACKED_THROUGH, header.ackedThrough());
        buffer.putLong(at + NONCE, header.nonce());
        buffer.putLong(at + POSITION, header.position());
        buffer.putInt(at + PREVIOUS, header.previousChain());
        buffer.putInt(at + BODY_CRC, RecordChecksum.compute(buffer, bodyStart, bodyStart + bodyBytes));
        buffer.putInt(at + RESERVED, 0);
        int chain = Checksums.crc32c(buffer, at, HEADER_CRC);
        buffer.putInt(at + HEADER_CRC, chain);
        return chain;
    }

    /** Returns whether the bytes at {@code at} begin like a frame; a cheap test before {@link #readHeader}. */
    public static boolean hasMagic(ByteBuffer buffer, int at) {
        return buffer.limit() - at >= HEADER_BYTES && buffer.getInt(at) == MAGIC;
    }

    /** Returns the header at {@code at}, or null if there is none or a torn one. */
    public static @Nullable FrameHeader headerOrNull(ByteBuffer buffer, int at) {
        if (!hasMagic(buffer, at)) {
            return null;
        }
        try {
            return readHeader(buffer, at);
        } catch (CorruptedDataException e) {
            return null;
        }
    }

    /**
     * Reads and checks a header. The caller must still compare {@link FrameHeader#bodyBytes()} with the bytes it has.
     */
    public static FrameHeader readHeader(ByteBuffer buffer, int at) {
        if (buffer.limit() - at < HEADER_BYTES) {
            throw new CorruptedDataException("frame at byte " + at + ": header cut short at byte " + buffer.limit());
        }
        if (buffer.getInt(at) != MAGIC) {
            throw new CorruptedDataException("frame at byte " + at + ": no frame here");
        }
        if (Checksums.crc32c(buffer, at, HEADER_CRC) != buffer.getInt(at + HEADER_CRC)) {
            throw new CorruptedDataException("frame at byte " + at + ": header checksum mismatch");
        }
        if (buffer.getInt(at + 4) != VERSION) {
            throw new CorruptedDataException("frame at byte " + at + ": unknown version " + buffer.getInt(at + 4));
        }
        FrameHeader header = new FrameHeader(
                buffer.getInt(at + NODE_ID),
                buffer.getLong(at + WAL_EPOCH),
                buffer.getLong(at + NONCE),
                buffer.getLong(at + SEQUENCE),
                buffer.getLong(at + ACKED_THROUGH),
                buffer.getLong(at + POSITION),
                buffer.getInt(at + PREVIOUS),
                buffer.getInt(at + BODY_LENGTH),
                buffer.getInt(at + HEADER_CRC));
        if (header.bodyBytes() < 0 || header.bodyBytes() > MAX_BODY_BYTES) {
            throw new CorruptedDataException("frame at byte " + at + ": body length " + header.bodyBytes());
        }
        return header;
    }

    /** Checks every record of a frame whose header was read: structure, payload checksums and body checksum. */
    public static void verifyBody(ByteBuffer buffer, int at, FrameHeader header) {
        int from = at + HEADER_BYTES;
        if (header.bodyBytes() > buffer.limit() - from) {
            throw new CorruptedDataException("frame at byte " + at + " sequence=" + header.sequence()
                    + ": body cut short at byte " + buffer.limit());
        }
        try {
            RecordChecksum.verify(buffer, from, from + header.bodyBytes(), buffer.getInt(at + BODY_CRC));
        } catch (CorruptedDataException e) {
            throw new CorruptedDataException(
                    "frame at byte " + at + " sequence=" + header.sequence() + ": " + e.getMessage(), e);
        }
    }
}
