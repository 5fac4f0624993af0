package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.BatchFilter.Verdict;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Batches that tests of rewriting append, the filter that they use, and the checks of the result. Stateless. */
final class RewrittenBatches {

    static final int RECORD_HEADER = 48;
    static final int BATCHES = 60;
    static final int PAYLOAD = 4000;
    static final int SHORT = 10;

    private RewrittenBatches() {}

    /** Batches of two offsets in several uploads, together with those of another stream. */
    static void fill(Stream stream, Stream other) {
        for (int i = 0; i < BATCHES; i++) {
            stream.append(batch(i, 2));
            other.append(batch(i, 1));
            if (i % 20 == 19) {
                Stores.get(stream.flush());
                Stores.get(other.flush());
            }
        }
    }

    static RecordBatch batch(int number, int count) {
        ByteBuffer payload = ByteBuffer.allocate(PAYLOAD);
        for (int at = 0; at < PAYLOAD; at++) {
            payload.put(at, (byte) (number + at));
        }
        return new RecordBatch(payload.putInt(0, number), count, 1000 + number);
    }

    static int number(FetchedBatch batch) {
        return (int) (batch.baseOffset() / batch.recordCount());
    }

    /** Drops every second batch, and shortens every fifth. */
    static Verdict filter(FetchedBatch batch) {
        int number = number(batch);
        return number % 2 == 0
                ? Verdict.drop()
                : number % 5 == 0 ? Verdict.replace(batch.payload().limit(SHORT)) : Verdict.keep();
    }

    static int bytesOf(int number) {
        return number % 2 == 0 ? 0 : number % 5 == 0 ? SHORT : PAYLOAD;
    }

    static void checkRewritten(StreamReader reader) {
        List<Integer> numbers = new ArrayList<>();
        Stores.scan(reader, reader.startOffset(), 2 * BATCHES, 100_000, batch -> {
            int number = number(batch);
            numbers.add(number);
            assertThat(batch.recordCount()).isEqualTo(2);
            assertThat(batch.maxTimestamp()).isEqualTo(1000 + number);
            assertThat(batch.payload().remaining()).isEqualTo(bytesOf(number));
            assertThat(batch.isDropped()).isEqualTo(number % 2 == 0);
            if (!batch.isDropped()) {
                assertThat(batch.payload().getInt(0)).isEqualTo(number);
            }
        });
        assertThat(numbers).hasSize((int) (BATCHES - reader.startOffset() / 2));
    }

    static void checkUnchanged(StreamReader reader) {
        Stores.scan(
                reader,
                0,
                reader.confirmOffset(),
                100_000,
                batch -> assertThat(batch.payload().remaining()).isEqualTo(PAYLOAD));
    }
}
