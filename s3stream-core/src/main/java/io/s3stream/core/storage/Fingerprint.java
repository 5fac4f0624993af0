package io.s3stream.core.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Identifies the bytes of a read. Damage in transit differs from read to read; damage of the object does not. So damage
 * is reported when two consecutive reads have the same fingerprint [R44].
 *
 * @param position in the object, of the first byte
 * @param length in bytes
 * @param crc32c of the bytes
 */
public record Fingerprint(long position, int length, long crc32c) {

    /** The maximum number of reads if all of them differ; then the last damage is reported. */
    public static final int MAX_READS = 6;

    /** @param data not changed */
    public static Fingerprint of(long position, ByteBuffer data) {
        CRC32C crc = new CRC32C();
        crc.update(data.duplicate());
        return new Fingerprint(position, data.remaining(), crc.getValue());
    }

    @Override
    public String toString() {
        return length + " bytes from " + position + " with crc32c=" + Long.toHexString(crc32c);
    }
}
