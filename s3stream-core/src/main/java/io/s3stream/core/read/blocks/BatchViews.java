package io.s3stream.core.read.blocks;

import io.s3stream.api.FetchedBatch;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;

/** Presents encoded records as batches. */
public final class BatchViews {

    private BatchViews() {}

    /** Returns a view of the record at {@code place}; the memory must be read-only. */
    public static FetchedBatch of(ByteBuffer readOnly, int place) {
        int bytes = RecordFormat.payloadBytes(readOnly, place);
        return batch(readOnly, place, readOnly.slice(place + RecordFormat.HEADER_BYTES, bytes));
    }

    /** Returns a copy of the record at {@code place}. */
    public static FetchedBatch copyOf(ByteBuffer memory, int place) {
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
