package io.s3stream.cli.bench;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.Stream;
import io.s3stream.cli.terminal.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads a stream at its end with long polls. The timestamp of a record is its due time. */
public final class TailFollower {

    private static final int FETCH_BYTES = 1 << 20;

    private final Stream stream;
    private final Executor threads;
    private final Load.Latencies latencies;
    private final FetchOptions polls;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong fetches = new AtomicLong();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private long next;
    private volatile boolean stopping;

    public TailFollower(Stream stream, Executor threads, Load.Latencies latencies, FetchOptions polls) {
        this.stream = stream;
        this.threads = threads;
        this.latencies = latencies;
        this.polls = polls;
        this.next = stream.confirmOffset();
        threads.execute(this::follow);
    }

    /** Returns the number of records read. Throws the failure of a poll. */
    public long records() {
        if (finished.isCompletedExceptionally()) {
            Futures.await(finished);
        }
        return records.get();
    }

    long fetches() {
        return fetches.get();
    }

    /** Completes when the poll in flight has ended. */
    public CompletableFuture<Void> stop() {
        stopping = true;
        return finished;
    }

    private void follow() {
        while (!stopping && !finished.isDone()) {
            CompletableFuture<FetchResult> fetch = stream.fetch(next, Long.MAX_VALUE, FETCH_BYTES, polls);
            if (!fetch.isDone()) {
                fetch.whenCompleteAsync(this::takeAndFollow, threads);
                return;
            }
            fetch.whenComplete(this::take);
        }
        finished.complete(null);
    }

    private void takeAndFollow(@Nullable FetchResult result, @Nullable Throwable error) {
        take(result, error);
        follow();
    }

    private void take(@Nullable FetchResult fetched, @Nullable Throwable error) {
        if (fetched == null) {
            finished.completeExceptionally(error == null ? new IllegalStateException("no result") : error);
            return;
        }
        try (FetchResult result = fetched) {
            long now = System.nanoTime();
            for (FetchedBatch batch : result.batches()) {
                latencies.record(batch.maxTimestamp(), now);
            }
            records.addAndGet(result.batches().size());
            fetches.incrementAndGet();
            next = result.nextOffset();
        }
    }
}
