package io.s3stream.simulation.history;

import io.s3stream.api.AppendResult;
import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import java.nio.ByteBuffer;

/**
 * The stamp of a simulated client: the last 8 bytes of a payload are its offset. Leaves small payloads as they are, and
 * the first byte, on which the timestamp depends. Used for one append.
 */
public final class ClientStamp implements OffsetStamp {

    private final boolean fails;
    private int calls;

    /** The failure of a stamp. */
    private static final class StampFailed extends RuntimeException {
        StampFailed() {
            super("the stamp failed");
        }
    }

    public ClientStamp() {
        this(false);
    }

    private ClientStamp(boolean fails) {
        this.fails = fails;
    }

    /** Appends a batch with a stamp, and checks the stamp. */
    public static AppendResult append(Stream stream, RecordBatch batch) {
        ClientStamp stamp = new ClientStamp();
        AppendResult result = stream.tryAppend(batch, stamp);
        stamp.check(result, batch);
        return result;
    }

    /** Appends a batch with a stamp that throws. The stream must stay as it is. */
    public static void fail(Stream stream, RecordBatch batch) {
        long before = stream.nextOffset();
        try {
            stream.tryAppend(batch, new ClientStamp(true));
        } catch (StampFailed expected) {
            if (stream.nextOffset() != before) {
                throw new HistoryViolation("stream=" + stream.id() + ": a stamp threw, and the next offset is "
                        + stream.nextOffset() + " instead of " + before);
            }
            return;
        }
        throw new HistoryViolation("stream=" + stream.id() + ": an append was accepted although its stamp threw");
    }

    @Override
    public void stamp(long offset, ByteBuffer payload) {
        calls++;
        if (hasStamp(payload)) {
            payload.putLong(payload.limit() - Long.BYTES, offset);
        }
        if (fails) {
            throw new StampFailed();
        }
    }

    /** Checks a batch that was accepted: it was stamped once, with its own offset. */
    public void check(AppendResult result, RecordBatch batch) {
        ByteBuffer payload = batch.payload();
        boolean isRight = !hasStamp(payload) || payload.getLong(payload.limit() - Long.BYTES) == result.baseOffset();
        if (calls != 1 || !isRight) {
            throw new HistoryViolation(
                    "offset " + result.baseOffset() + " has another stamp, or was stamped " + calls + " times");
        }
    }

    private static boolean hasStamp(ByteBuffer payload) {
        return payload.remaining() > Long.BYTES;
    }
}
