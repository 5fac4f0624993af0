package io.s3stream.core.append;

import io.s3stream.api.RecordBatch;
import io.s3stream.layout.RecordFormat;
import java.util.List;

/** Makes appends with the next offset of their stream. */
final class Appends {

    private Appends() {}

    /** Returns an append of one record at {@code offset}. */
    static PendingAppend at(StreamTail tail, long offset, int payloadBytes) {
        PendingAppend append = new PendingAppend(tail, RecordBatch.of(new byte[payloadBytes], 0));
        append.takeOffset(offset);
        return append;
    }

    /** Returns an append of one record of one byte at {@code offset}. */
    static PendingAppend at(StreamTail tail, long offset) {
        return at(tail, offset, 1);
    }

    /** Returns the payload size of a record with {@code encodedBytes}. */
    static int payloadOf(int encodedBytes) {
        return encodedBytes - RecordFormat.HEADER_BYTES;
    }

    static AppendGroup group(PendingAppend... appends) {
        int bytes = 0;
        for (PendingAppend append : appends) {
            bytes += append.encodedBytes();
        }
        return new AppendGroup(List.of(appends), bytes);
    }
}
