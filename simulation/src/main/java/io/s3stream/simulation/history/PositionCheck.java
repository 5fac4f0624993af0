package io.s3stream.simulation.history;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.StreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Requests a position by time and a size, then reads the whole stream, which the history checks, and compares. The
 * stream is being trimmed, appended to and uploaded. The answer must contain exactly the records that were confirmed at
 * the time of the request. A rewriting may change sizes, and no timestamp.
 */
public final class PositionCheck {

    private static final int RECORD_HEADER_BYTES = 48;
    private static final int FETCH_BYTES = 20_000;

    private final StreamReader stream;
    private final StreamHistory history;
    private final long start;
    private final long end;
    private final int rewrites;
    private final List<Batch> batches = new ArrayList<>();

    private record Batch(long base, long end, long bytes, long timestamp) {}

    private PositionCheck(StreamReader stream, StreamHistory history) {
        this.stream = stream;
        this.history = history;
        this.start = stream.startOffset();
        this.end = stream.confirmOffset();
        this.rewrites = history.rewrites().stableSince();
    }

    /** The greatest timestamp of the batch with this payload: it rises and falls, to both extremes. */
    public static long timestamp(byte[] payload) {
        return switch (payload[0]) {
            case Byte.MIN_VALUE -> Long.MIN_VALUE;
            case Byte.MAX_VALUE -> Long.MAX_VALUE;
            default -> payload[0] * 1_000_000_000_000L;
        };
    }

    /** @return fails with {@link HistoryViolation} if an answer is wrong, and with the failure of a failed request */
    public static CompletableFuture<Void> run(StreamReader stream, StreamHistory history, RandomGenerator random) {
        PositionCheck check = new PositionCheck(stream, history);
        if (check.start > check.end) {
            return CompletableFuture.completedFuture(null);
        }
        long from = check.start + random.nextLong(check.end - check.start + 1);
        long to = from + random.nextLong(check.end - from + 1);
        long timestamp = timestamp(new byte[] {(byte) random.nextInt(256)});
        CompletableFuture<Long> size = stream.sizeBytes(from, to);
        CompletableFuture<OptionalLong> offset = stream.offsetForTimestamp(timestamp);
        return CompletableFuture.allOf(size, offset)
                .thenCompose(answered -> check.read(check.start))
                .thenRun(() -> {
                    check.compareSize(from, to, size.join());
                    check.compareOffset(timestamp, offset.join());
                });
    }

    private CompletableFuture<Void> read(long next) {
        if (next >= end) {
            return CompletableFuture.completedFuture(null);
        }
        return stream.fetch(next, end, FETCH_BYTES, FetchOptions.NO_WAIT).thenCompose(result -> {
            try (result) {
                history.fetched(next, end, stream.confirmOffset(), result);
                for (FetchedBatch batch : result.batches()) {
                    batches.add(new Batch(
                            batch.baseOffset(),
                            batch.endOffset(),
                            RECORD_HEADER_BYTES + batch.payload().remaining(),
                            batch.maxTimestamp()));
                }
                return read(result.nextOffset());
            }
        });
    }

    private void compareSize(long from, long to, long answer) {
        if (rewrites < 0 || rewrites != history.rewrites().stableSince()) {
            return; // a rewriting may have changed the size since the request
        }
        long expected = 0;
        for (Batch batch : batches) {
            expected += from < to && batch.base() < to && batch.end() > from ? batch.bytes() : 0;
        }
        if (answer != expected) {
            throw violation("size of [" + from + ", " + to + ") is reported as " + answer + ", but is " + expected);
        }
    }

    private void compareOffset(long timestamp, OptionalLong answer) {
        if (history.trimRequestedTo() > start) {
            return; // a trim may have preceded the request
        }
        for (Batch batch : batches) {
            if (batch.timestamp() >= timestamp) {
                require(timestamp, answer, OptionalLong.of(Math.max(start, batch.base())));
                return;
            }
        }
        if (answer.isPresent() && answer.getAsLong() < end) {
            require(timestamp, answer, OptionalLong.empty());
        }
    }

    private void require(long timestamp, OptionalLong answer, OptionalLong expected) {
        if (!answer.equals(expected)) {
            throw violation("offset for timestamp " + timestamp + " in [" + start + ", " + end + ") is reported as "
                    + answer + ", but is " + expected);
        }
    }

    private HistoryViolation violation(String message) {
        return new HistoryViolation("stream=" + stream.id() + ": " + message);
    }
}
