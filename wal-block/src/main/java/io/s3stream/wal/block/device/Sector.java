package io.s3stream.wal.block.device;

import io.s3stream.layout.Checksums;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The common form of every structure in the superblock area: 512 bytes, the unit that a medium writes completely or not
 * at all. Magic and version come first; the last four bytes are the CRC32C of all bytes before.
 */
public final class Sector {

    public static final int BYTES = 512;
    static final int VERSION = 1;

    private static final int CRC_AT = BYTES - 4;
    private static final int TEXT_BYTES = 255;

    private Sector() {}

    public static void begin(ByteBuffer sector, int magic) {
        begin(sector, magic, VERSION);
    }

    public static void begin(ByteBuffer sector, int magic, int version) {
        sector.putInt(0, magic).putInt(4, version);
    }

    public static void seal(ByteBuffer sector) {
        sector.putInt(CRC_AT, Checksums.crc32c(sector, 0, CRC_AT));
    }

    public static boolean isSealed(ByteBuffer sector, int magic) {
        return isSealed(sector, magic, VERSION);
    }

    public static boolean isSealed(ByteBuffer sector, int magic, int version) {
        return version(sector, magic) == version;
    }

    /** Returns the version of an intact sector, or -1 if the sector is damaged or has another magic. */
    public static int version(ByteBuffer sector, int magic) {
        return sector.getInt(0) == magic && sector.getInt(CRC_AT) == Checksums.crc32c(sector, 0, CRC_AT)
                ? sector.getInt(4)
                : -1;
    }

    /** Writes a text: one byte of length, then UTF-8, truncated to the maximum length. */
    public static void putText(ByteBuffer sector, int at, String text) {
        putText(sector, at, text, TEXT_BYTES);
    }

    public static void putText(ByteBuffer sector, int at, String text, int maxBytes) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, maxBytes);
        sector.put(at, (byte) length).put(at + 1, bytes, 0, length);
    }

    public static String text(ByteBuffer sector, int at) {
        byte[] bytes = new byte[sector.get(at) & 0xff];
        sector.get(at + 1, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
