package io.s3stream.layout;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of a run of records: CRC32C over their headers. Each header holds the CRC32C of its payload, so this
 * covers every byte while payloads are passed over only once in their life.
 */
public final class RecordChecksum {

    private RecordChecksum() {}

    /**
     * Of the records in {@code [from, to)}, whose headers must be well-formed (they are what this process encoded, or
     * have been walked by {@link #verify}).
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

    /** Walks the records in {@code [from, to)} and checks headers, payloads and the checksum over the headers. */
    public static void verify(ByteBuffer buffer, int from, int to, int expected) {
        RecordVerifier verifier = new RecordVerifier(buffer);
        int at = from;
        while (at < to) {
            at = verifier.next(at, to);
        }
        verifier.finish(from, to, expected);
    }
}
