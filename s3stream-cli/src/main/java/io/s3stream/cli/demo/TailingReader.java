package io.s3stream.cli.demo;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.Stream;
import io.s3stream.cli.terminal.Futures;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** Reads a stream while it grows, up to the offset that {@link #readTo} names. */
final class TailingReader {

    private static final FetchOptions LONG_POLL = FetchOptions.longPoll(Duration.ofMillis(200));
    private static final int FETCH_BYTES = 1 << 20;

    private final Stream stream;
    private final Ledger seen;
    private final CompletableFuture<Ledger> finished;
    private volatile long end = Long.MAX_VALUE;

    private TailingReader(Stream stream, ExecutorService threads) {
        this.stream = stream;
        this.seen = new Ledger(stream.name());
        this.finished = CompletableFuture.supplyAsync(this::read, threads);
    }

    static TailingReader start(Stream stream, ExecutorService threads) {
        return new TailingReader(stream, threads);
    }

    /** Waits until every record before {@code offset} was read. Returns the ledger of these records. */
    Ledger readTo(long offset) {
        end = offset;
        return Futures.await(finished);
    }

    private Ledger read() {
        long next = stream.startOffset();
        while (next < end) {
            try (FetchResult result = Futures.await(stream.fetch(next, Long.MAX_VALUE, FETCH_BYTES, LONG_POLL))) {
                result.batches().forEach(batch -> seen.add(batch.payload()));
                next = result.nextOffset();
            }
        }
        return seen;
    }
}
