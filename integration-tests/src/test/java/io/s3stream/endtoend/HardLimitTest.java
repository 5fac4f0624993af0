package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hard limit of a fetch, of owner and reader, from write cache, block cache and object storage. */
class HardLimitTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path dir;

    private final WatchedParts parts = new WatchedParts();
    private final List<Integer> sizes = new ArrayList<>();
    private StreamStore store;
    private Stream stream;

    @BeforeEach
    void open() {
        store = Stores.open(Stores.in(dir), parts);
        stream = Stores.own(store, "a");
    }

    @AfterEach
    void close() {
        Stores.close(store);
        parts.assertNothingIsLeft();
    }

    /** A new process has an empty write cache: the data before are only in object storage. */
    private void reopen() {
        Stores.close(store);
        open();
    }

    @Test
    void noResultExceedsLimitWhereverItsDataAre() {
        Random random = new Random(1);
        append(random, 300);
        compare(stream, random);
        reopen();
        compare(stream, random);
        append(random, 300);
        compare(stream, random); // from object storage, and from the write cache
        Stores.get(stream.flush());
        compare(Stores.read(store, "a"), random);
    }

    @Test
    void longPollEndsWithFullResultOfFewerBytesThanItsMinimum() {
        CompletableFuture<FetchResult> poll = stream.fetch(0, Long.MAX_VALUE, 100, hardPoll(100));
        append(60);
        assertThat(poll).isNotDone();
        append(60);
        assertResult(poll, 60);
        assertResult(stream.fetch(0, Long.MAX_VALUE, 119, hardPoll(119)), 60);
        assertResult(stream.fetch(0, Long.MAX_VALUE, 120, hardPoll(120)), 60, 60);
        append(500);
        assertResult(stream.fetch(2, Long.MAX_VALUE, 10, hardPoll(10)), 500);

        Stores.get(stream.flush());
        StreamReader reader = Stores.read(store, "a");
        assertResult(reader.fetch(0, Long.MAX_VALUE, 119, hardPoll(119)), 60);
        assertResult(reader.fetch(0, Long.MAX_VALUE, 120, hardPoll(120)), 60, 60);
        assertResult(reader.fetch(2, Long.MAX_VALUE, 10, hardPoll(10)), 500);
    }

    @Test
    void resultOfStoredAndCachedDataStaysWithinLimit() {
        append(60);
        reopen();
        append(60);

        assertResult(stream.fetch(0, Long.MAX_VALUE, 100, hardPoll(100)), 60);
        assertResult(stream.fetch(0, Long.MAX_VALUE, 120, hardPoll(120)), 60, 60);
        assertResult(stream.fetch(0, Long.MAX_VALUE, 100, new FetchOptions(LONG, 100)), 60, 60);
    }

    private void compare(StreamReader reader, Random random) {
        for (int question = 0; question < 300; question++) {
            int from = random.nextInt(sizes.size());
            fetch(reader, from, 1 + random.nextInt(question % 2 == 0 ? 3000 : 60_000));
        }
        for (long next = 0; next < reader.confirmOffset(); ) {
            next = fetch(reader, (int) next, 1 + random.nextInt(10_000));
        }
    }

    /** Returns the next offset. */
    private long fetch(StreamReader reader, int from, int maxBytes) {
        FetchOptions options = FetchOptions.NO_WAIT.withHardLimit();
        try (FetchResult result = Stores.get(reader.fetch(from, Long.MAX_VALUE, maxBytes, options))) {
            int bytes = 0;
            int next = from;
            for (FetchedBatch batch : result.batches()) {
                assertThat(batch.baseOffset()).isEqualTo(next);
                assertThat(batch.payload().remaining()).isEqualTo(sizes.get(next));
                bytes += sizes.get(next);
                next++;
            }
            assertThat(next).as("no empty result").isGreaterThan(from).isEqualTo((int) result.nextOffset());
            if (next > from + 1) {
                assertThat(bytes).as("from %s", from).isLessThanOrEqualTo(maxBytes);
            }
            return next;
        }
    }

    private static FetchOptions hardPoll(int minBytes) {
        return new FetchOptions(LONG, minBytes, true);
    }

    private static void assertResult(CompletableFuture<FetchResult> fetch, Integer... sizes) {
        try (FetchResult result = Stores.get(fetch)) {
            assertThat(result.batches())
                    .extracting(batch -> batch.payload().remaining())
                    .containsExactly(sizes);
        }
    }

    private void append(Random random, int count) {
        for (int i = 0; i < count; i++) {
            append(1 + random.nextInt(random.nextInt(5) == 0 ? 5000 : 500));
        }
    }

    private void append(int bytes) {
        sizes.add(bytes);
        Stores.get(stream.append(RecordBatch.of(new byte[bytes], 1)).durable());
    }
}
