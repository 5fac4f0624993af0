package io.s3stream.layout;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of a run of records: the CRC32C of their 48-byte headers, one after another. Each header holds the
 * CRC32C of its payload, so the value covers every byte. Each payload is checksummed only once, when it is appended.
 */
public final class RecordChecksum {

    private RecordChecksum() {}

    /**
     * Computes the checksum of the records in {@code [from, to)}. Their headers must be well-formed: this process
     * encoded the records, or {@link #verify} has checked them.
     */
    public static int compute(ByteBuffer buffer, int from, int to) {
        CRC32C crc = new CRC32C();
        ByteBuffer view = buffer.duplicate();
        int at = from;
        while (at < to) {
            int end = RecordFormat.checkHeader(buffer, at, to);
            view.limit(at + RecordFormat.HEADER_BYTES).position(at);
            crc.update(view);
            at = end;
        }
        return (int) crc.getValue();
    }

    /** Checks the records in {@code [from, to)}: headers, payloads and the checksum over the headers. */
    public static void verify(ByteBuffer buffer, int from, int to, int expected) {
        RecordVerifier verifier = new RecordVerifier(buffer);
        int at = from;
        while (at < to) {
            at = verifier.next(at, to);
        }
        verifier.finish(from, to, expected);
    }
}
