package io.s3stream.core.bytes;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Reads the output of {@link ByteWriter}. For other input it throws only {@link CorruptedDataException}. Never
 * allocates more than the remaining bytes.
 */
public final class ByteReader {

    private static final int MAGIC_AND_VERSION = 5;
    private static final int CRC_BYTES = 4;

    private final ByteBuffer source;
    private final String where;
    private final int version;

    /**
     * @param where named in every failure: the key of the object
     * @throws CorruptedDataException unless magic and CRC32C are right
     */
    public ByteReader(byte[] envelope, int magic, String where) {
        this.where = where;
        this.source = ByteBuffer.wrap(envelope);
        if (envelope.length < MAGIC_AND_VERSION + CRC_BYTES || source.getInt(0) != magic) {
            throw corrupted("does not begin with magic " + Integer.toHexString(magic));
        }
        int end = envelope.length - CRC_BYTES;
        CRC32C crc = new CRC32C();
        crc.update(envelope, 0, end);
        if ((int) crc.getValue() != source.getInt(end)) {
            throw corrupted("CRC32C does not match");
        }
        source.limit(end).position(4);
        this.version = source.get() & 0xff;
    }

    /** Returns whether these bytes begin like an envelope with that magic number. */
    public static boolean beginsWith(byte[] bytes, int magic) {
        return bytes.length >= MAGIC_AND_VERSION && ByteBuffer.wrap(bytes).getInt() == magic;
    }

    /** @throws CorruptedDataException if the format version is another one */
    public void requireVersion(int known) {
        if (version != known) {
            throw corrupted("format version " + version + ", this software knows " + known);
        }
    }

    /** Returns the format version, for the caller to judge. */
    public int version() {
        return version;
    }

    public String where() {
        return where;
    }

    public CorruptedDataException corrupted(String what) {
        return new CorruptedDataException("object=" + where + " position=" + source.position() + ": " + what);
    }

    public int u8() {
        need(1);
        return source.get() & 0xff;
    }

    public boolean bool() {
        int value = u8();
        if (value > 1) {
            throw corrupted("neither true nor false: " + value);
        }
        return value == 1;
    }

    public int fixed32() {
        need(4);
        return source.getInt();
    }

    public long fixed64() {
        need(8);
        return source.getLong();
    }

    public long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            if (shift == 63 && next > 1) {
                throw corrupted("a number of more than 64 bits");
            }
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw corrupted("a number of more than 64 bits");
    }

    public long signed() {
        long value = unsigned();
        return (value >>> 1) ^ -(value & 1);
    }

    /** Reads a number that is not negative. */
    public long natural() {
        long value = unsigned();
        if (value < 0) {
            throw corrupted("a number out of range");
        }
        return value;
    }

    public int signedInt() {
        long value = signed();
        if (value != (int) value) {
            throw corrupted("a number out of range: " + value);
        }
        return (int) value;
    }

    /**
     * Reads the number of elements that follow, each of at least {@code elementBytes}. Refuses a count that the
     * remaining bytes cannot hold.
     */
    public int count(int elementBytes) {
        long value = unsigned();
        if (value < 0 || value > source.remaining() / elementBytes) {
            throw corrupted("a count beyond the end: " + value);
        }
        return (int) value;
    }

    public UUID uuid() {
        return new UUID(fixed64(), fixed64());
    }

    public byte[] bytes() {
        byte[] value = new byte[count(1)];
        source.get(value);
        return value;
    }

    public String string() {
        byte[] value = bytes();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CorruptedDataException("object=" + where + ": not UTF-8", e);
        }
    }

    /** Returns whether bytes remain. */
    public boolean hasMore() {
        return source.hasRemaining();
    }

    /** @throws CorruptedDataException if bytes remain */
    public void end() {
        if (source.hasRemaining()) {
            throw corrupted(source.remaining() + " bytes too many");
        }
    }

    private void need(int bytes) {
        if (source.remaining() < bytes) {
            throw corrupted("ends too early");
        }
    }
}
