package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.FetchedBatch;
import io.s3stream.api.RecordBatch;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Batches whose bytes follow from their writer and offset, so that a reader can check every byte. */
final class Payloads {

    private static final int HEADER_BYTES = 16;

    private Payloads() {}

    /** The batch that writer {@code who} appends at {@code offset}. A few batches are up to {@code largest} long. */
    static RecordBatch batch(int who, long offset, int largest) {
        int count = 1 + (int) (mix(who, offset) & 3);
        return new RecordBatch(bytes(who, offset, largest), count, offset);
    }

    /** Only the payload of {@link #batch}. */
    static ByteBuffer bytes(int who, long offset, int largest) {
        long mixed = mix(who, offset);
        int most = (mixed >>> 8 & 15) == 0 ? largest : Math.min(largest, 2000);
        int length = HEADER_BYTES + (int) Long.remainderUnsigned(mixed >>> 16, most);
        byte[] bytes = new byte[length];
        new SplittableRandom(mixed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes).putInt(0, who).putLong(4, offset).putInt(12, length);
    }

    /** Checks a batch made by {@link #batch}: every byte, its count and its timestamp. */
    static void verify(FetchedBatch batch, int who, int largest) {
        RecordBatch expected = batch(who, batch.baseOffset(), largest);
        if (batch.recordCount() != expected.recordCount()
                || batch.maxTimestamp() != expected.maxTimestamp()
                || !batch.payload().equals(expected.payload())) {
            assertThat(describe(batch)).isEqualTo("what writer " + who + " appended at " + batch.baseOffset());
        }
    }

    private static String describe(FetchedBatch batch) {
        ByteBuffer payload = batch.payload();
        String head = payload.remaining() < HEADER_BYTES
                ? "too short for a header"
                : "writer " + payload.getInt(0) + " offset " + payload.getLong(4) + " length " + payload.getInt(12);
        return head + " (" + payload.remaining() + " bytes, " + batch.recordCount() + " records)";
    }

    private static long mix(int who, long offset) {
        long z = offset * 0x9E3779B97F4A7C15L + who * 0xD1342543DE82EF95L + 1;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
