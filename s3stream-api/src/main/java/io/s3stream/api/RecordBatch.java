package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The unit of an append: an opaque payload that takes {@code recordCount} logical offsets.
 *
 * @param payload the bytes from position to limit. The append copies them before it returns, so the caller may then use the
 *     buffer again. Until then they must not change, except by the {@link OffsetStamp} of that append
 * @param recordCount how many offsets the batch occupies, at least 1
 * @param maxTimestamp the greatest timestamp in the batch, in the unit of the host (customarily epoch milliseconds);
 *     the library only compares it. 0 stands for no timestamp: a {@link RetentionPolicy} by time refuses to trim such a
 *     batch
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

    /** A batch of a single record. */
    public static RecordBatch of(ByteBuffer payload, long timestamp) {
        return new RecordBatch(payload, 1, timestamp);
    }

    /** A batch of a single record. */
    public static RecordBatch of(byte[] payload, long timestamp) {
        return of(ByteBuffer.wrap(payload), timestamp);
    }

    /** A batch of a single record of UTF-8 text. */
    public static RecordBatch of(String text, long timestamp) {
        return of(text.getBytes(StandardCharsets.UTF_8), timestamp);
    }
}
