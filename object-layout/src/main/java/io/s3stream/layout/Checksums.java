package io.s3stream.layout;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Computes the CRC32C of a part of a buffer. */
public final class Checksums {

    private Checksums() {}

    /** Returns the CRC32C of {@code length} bytes from index {@code from} on. Changes neither position nor limit. */
    public static int crc32c(ByteBuffer buffer, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(from + length).position(from));
        return (int) crc.getValue();
    }
}
