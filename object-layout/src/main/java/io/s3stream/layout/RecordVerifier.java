package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Goes through a run of records once: each header is looked at while its line is in the processor's cache for the payload
 * that follows. Until {@link #finish} says that the headers are what they were, only what {@link RecordFormat#checkHeader}
 * promises of them holds. Used by one thread.
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
     * Checks the record at {@code at}, which must end by {@code limit}.
     *
     * @return where it ends
     */
    int next(int at, int limit) {
        int end = RecordFormat.checkHeader(buffer, at, limit);
        headers.update(view.limit(at + RecordFormat.HEADER_BYTES).position(at));
        payload.reset();
        payload.update(view.limit(end)); // its position is where the header ends
        if ((int) payload.getValue() != RecordFormat.payloadCrc(buffer, at)) {
            throw RecordFormat.payloadMismatch(buffer, at);
        }
        return end;
    }

    /** After all records in {@code [from, to)}. */
    void finish(int from, int to, int expected) {
        if ((int) headers.getValue() != expected) {
            throw new CorruptedDataException("records in bytes [" + from + ", " + to + "): header checksum mismatch");
        }
    }
}
