package io.s3stream.cli.bench;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.StreamReader;
import io.s3stream.cli.terminal.Futures;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the older part of many streams, which is no longer in the write cache. All streams are read concurrently and
 * repeatedly, at a given total rate. A single thread consumes the results.
 */
public final class ColdReaders {

    private static final int FETCH_BYTES = 1 << 20;

    private final double rate;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicLong bytes = new AtomicLong();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final AtomicInteger reading = new AtomicInteger();
    private volatile boolean stopping;
    private volatile long began;

    /** @param rate bytes a second, over all streams */
    public ColdReaders(double rate) {
        this.rate = rate;
    }

    public void start(List<? extends StreamReader> streams) {
        reading.set(streams.size());
        began = System.nanoTime();
        streams.forEach(stream -> thread.execute(() -> read(stream, stream.startOffset())));
    }

    /** Returns the average read rate since the start. */
    double bytesPerSecond() {
        return bytes() * 1e9 / (System.nanoTime() - began);
    }

    /** Returns the bytes read since the start. Throws the failure of a reader. */
    public long bytes() {
        if (failed.isDone()) {
            Futures.await(failed);
        }
        return bytes.get();
    }

    /** Stops reading and waits until the last results are closed. */
    public void stop() {
        stopping = true;
        Futures.await(stopped);
        thread.shutdown();
    }

    private void read(StreamReader stream, long from) {
        if (stopping) {
            end();
            return;
        }
        long end = stream.confirmOffset() / 4 * 3;
        long next = from < end ? from : stream.startOffset();
        stream.fetch(next, end, FETCH_BYTES, FetchOptions.NO_WAIT)
                .whenComplete((result, error) -> thread.execute(() -> take(stream, result, error)));
    }

    /** Ends the reading of one stream. The thread is needed until all have ended. */
    private void end() {
        if (reading.decrementAndGet() == 0) {
            stopped.complete(null);
        }
    }

    private void take(StreamReader stream, @Nullable FetchResult fetched, @Nullable Throwable error) {
        if (fetched == null) {
            failed.completeExceptionally(error == null ? new IllegalStateException("no result") : error);
            end();
            return;
        }
        long next;
        try (FetchResult result = fetched) {
            result.batches().forEach(batch -> bytes.addAndGet(batch.payload().remaining()));
            next = result.nextOffset();
        }
        long due = began + (long) (bytes.get() / rate * 1e9);
        while (!stopping && due - System.nanoTime() > 0) {
            LockSupport.parkNanos(this, due - System.nanoTime());
        }
        read(stream, next);
    }
}
