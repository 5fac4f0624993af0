package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.testkit.metrics.RecordedMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongPollTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path dir;

    private final RecordedMetrics metrics = new RecordedMetrics();
    private final WatchedParts parts = new WatchedParts();
    private StreamStore store;
    private Stream stream;

    @BeforeEach
    void open() {
        store = Stores.open(Stores.in(dir).metrics(metrics), parts);
        stream = Stores.own(store, "a");
    }

    @AfterEach
    void close() {
        Stores.close(store);
        parts.assertNothingIsLeft();
    }

    @Test
    void longPollIsAnsweredByItsSatisfyingAppend() {
        CompletableFuture<FetchResult> poll = stream.fetch(0, Long.MAX_VALUE, 1 << 20, new FetchOptions(LONG, 100_000));
        for (int i = 0; i < 99; i++) {
            append(1000);
            assertThat(poll).isNotDone();
        }
        append(1000);

        try (FetchResult result = Stores.get(poll)) {
            assertThat(result.nextOffset()).isEqualTo(100);
        }
        // Two reads: at the beginning and at the end. The appends between them did not wake the poll.
        assertThat(tailReads()).isLessThanOrEqualTo(2);
    }

    @Test
    void longPollCountsExistingBytes() {
        append(600);
        CompletableFuture<FetchResult> poll = stream.fetch(0, Long.MAX_VALUE, 1 << 20, new FetchOptions(LONG, 1000));
        assertThat(poll).isNotDone();
        append(400);

        try (FetchResult result = Stores.get(poll)) {
            assertThat(result.batches()).hasSize(2);
        }
    }

    @Test
    void longPollIsAnsweredAtItsEndWithAnyBytes() {
        CompletableFuture<FetchResult> poll = stream.fetch(0, 2, 1 << 20, new FetchOptions(LONG, 100_000));
        append(1);
        append(1);

        try (FetchResult result = Stores.get(poll)) {
            assertThat(result.nextOffset()).isEqualTo(2);
        }
    }

    @Test
    void longPollReturnsAvailableRecordsAtTimeout() {
        append(10);
        CompletableFuture<FetchResult> some =
                stream.fetch(0, Long.MAX_VALUE, 1 << 20, new FetchOptions(Duration.ofMillis(20), 100_000));
        CompletableFuture<FetchResult> none =
                stream.fetch(1, Long.MAX_VALUE, 1 << 20, FetchOptions.longPoll(Duration.ofMillis(20)));

        try (FetchResult result = Stores.get(some);
                FetchResult empty = Stores.get(none)) {
            assertThat(result.batches()).hasSize(1);
            assertThat(empty.batches()).isEmpty();
        }
    }

    @Test
    void manyReadersAtEndOfStreamGetSameRecords() {
        List<CompletableFuture<FetchResult>> polls = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            polls.add(stream.fetch(0, Long.MAX_VALUE, 1 << 20, FetchOptions.longPoll(LONG)));
        }
        polls.subList(0, 500).forEach(poll -> poll.cancel(false));
        append(5);

        for (CompletableFuture<FetchResult> poll : polls.subList(500, polls.size())) {
            try (FetchResult result = Stores.get(poll)) {
                assertThat(result.nextOffset()).isEqualTo(1);
            }
        }
    }

    private void append(int bytes) {
        Stores.get(stream.append(RecordBatch.of(new byte[bytes], 1)).durable());
    }

    private long tailReads() {
        return metrics.count("s3stream.fetch.requests", "source", "tail");
    }
}
