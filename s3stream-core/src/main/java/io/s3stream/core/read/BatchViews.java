package io.s3stream.core.read;

import io.s3stream.api.FetchedBatch;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;

/** Encoded records as the batches that readers see. */
final class BatchViews {

    private BatchViews() {}

    /** A view of the record at {@code place} of memory that is read-only. */
    static FetchedBatch of(ByteBuffer readOnly, int place) {
        int bytes = RecordFormat.payloadBytes(readOnly, place);
        return batch(readOnly, place, readOnly.slice(place + RecordFormat.HEADER_BYTES, bytes));
    }

    /** A copy of the record at {@code place}. */
    static FetchedBatch copyOf(ByteBuffer memory, int place) {
        byte[] copy = new byte[RecordFormat.payloadBytes(memory, place)];
        memory.get(place + RecordFormat.HEADER_BYTES, copy);
        return batch(memory, place, ByteBuffer.wrap(copy).asReadOnlyBuffer());
    }

    private static FetchedBatch batch(ByteBuffer memory, int place, ByteBuffer payload) {
        return new FetchedBatch(
                RecordFormat.baseOffset(memory, place),
                RecordFormat.recordCount(memory, place),
                RecordFormat.maxTimestamp(memory, place),
                RecordFormat.streamEpoch(memory, place),
                payload);
    }
}
