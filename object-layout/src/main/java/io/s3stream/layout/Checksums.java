package io.s3stream.layout;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Computes the CRC32C of a part of a buffer. */
final class Checksums {

    private Checksums() {}

    static int crc32c(ByteBuffer buffer, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(from + length).position(from));
        return (int) crc.getValue();
    }
}
