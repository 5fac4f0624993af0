package io.s3stream.layout;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes many records into one buffer, without allocation for each record. Each payload takes one copy and one checksum
 * pass. Not thread-safe.
 */
public final class RecordEncoder {

    private final ByteBuffer target;
    private final ByteBuffer view;
    private final CRC32C crc = new CRC32C();

    /** @param target written at absolute places; its position and limit do not change */
    public RecordEncoder(ByteBuffer target) {
        this.target = target;
        this.view = target.duplicate();
    }

    /**
     * Writes a record at {@code at}.
     *
     * @param payload its position and limit are ignored and do not change
     * @param from the index in {@code payload} at which the bytes begin
     * @param payloadBytes the number of bytes
     */
    public void encode(
            int at,
            long streamId,
            long streamEpoch,
            long baseOffset,
            int recordCount,
            long maxTimestamp,
            ByteBuffer payload,
            int from,
            int payloadBytes) {
        int payloadStart = at + RecordFormat.HEADER_BYTES;
        target.put(payloadStart, payload, from, payloadBytes);
        crc.reset();
        crc.update(view.limit(payloadStart + payloadBytes).position(payloadStart));
        RecordFormat.writeHeader(
                target, at, payloadBytes, streamId, streamEpoch, baseOffset, recordCount, maxTimestamp, (int)
                        crc.getValue());
    }
}
