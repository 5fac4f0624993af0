package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Verifies a run of records in one pass, so that a header and its payload are in the processor's cache together. Before
 * {@link #finish} has compared the checksum of the headers, callers may rely only on the checks of
 * {@link RecordFormat#checkHeader}. Used by one thread.
 */
final class RecordVerifier {

    private final ByteBuffer buffer;
    private final ByteBuffer view;
    private final CRC32C headers = new CRC32C();
    private final CRC32C payload = new CRC32C();

    RecordVerifier(ByteBuffer buffer) {
        this.buffer = buffer;
        this.view = buffer.duplicate();
    }

    /**
     * Checks the record at {@code at}, which must end at or before {@code limit}.
     *
     * @return the end of the record
     */
    int next(int at, int limit) {
        int end = RecordFormat.checkHeader(buffer, at, limit);
        headers.update(view.limit(at + RecordFormat.HEADER_BYTES).position(at));
        payload.reset();
        payload.update(view.limit(end)); // the view's position is the end of the header
        if ((int) payload.getValue() != RecordFormat.payloadCrc(buffer, at)) {
            throw RecordFormat.payloadMismatch(buffer, at);
        }
        return end;
    }

    /** Compares the checksum of the headers, after {@link #next} has checked all records in {@code [from, to)}. */
    void finish(int from, int to, int expected) {
        if ((int) headers.getValue() != expected) {
            throw new CorruptedDataException("records in bytes [" + from + ", " + to + "): header checksum mismatch");
        }
    }
}
