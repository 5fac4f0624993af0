package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What an append takes: an opaque payload that stands for {@code recordCount} logical offsets.
 *
 * @param payload the bytes from position to limit; must not change until the append completes
 * @param recordCount how many offsets the batch occupies, at least 1
 * @param maxTimestamp the greatest timestamp in the batch, in whatever unit the host uses (customarily epoch
 *     milliseconds); the library only compares it
 */
public record RecordBatch(ByteBuffer payload, int recordCount, long maxTimestamp) {

    public RecordBatch {
        if (recordCount < 1) {
            throw new InvalidRequestException("recordCount=" + recordCount + ": a batch occupies at least 1 offset");
        }
        if (!payload.hasRemaining()) {
            throw new InvalidRequestException("payload is empty: a batch carries at least 1 byte");
        }
    }

    /** One record. */
    public static RecordBatch of(ByteBuffer payload) {
        return new RecordBatch(payload, 1, 0);
    }

    /** One record. */
    public static RecordBatch of(byte[] payload) {
        return of(ByteBuffer.wrap(payload));
    }

    /** One record of UTF-8 text. */
    public static RecordBatch of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }
}
