package io.s3stream.cli.bench;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.Stream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the older part of many streams, which is no longer in the write cache. All streams are read concurrently and
 * repeatedly, at a given total rate. A single thread consumes the results.
 */
final class ColdReaders {

    private static final int FETCH_BYTES = 1 << 20;

    private final double rate;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicLong bytes = new AtomicLong();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private volatile boolean stopping;
    private volatile long began;

    /** @param rate bytes a second, over all streams */
    ColdReaders(double rate) {
        this.rate = rate;
    }

    void start(List<Stream> streams) {
        began = System.nanoTime();
        streams.forEach(stream -> thread.execute(() -> read(stream, stream.startOffset())));
    }

    /** Returns the average read rate since the start. */
    double bytesPerSecond() {
        if (failed.isDone()) {
            failed.join();
        }
        return bytes.get() * 1e9 / (System.nanoTime() - began);
    }

    void stop() {
        stopping = true;
        thread.shutdown();
    }

    private void read(Stream stream, long from) {
        if (stopping) {
            return;
        }
        long end = stream.confirmOffset() / 4 * 3;
        long next = from < end ? from : stream.startOffset();
        stream.fetch(next, end, FETCH_BYTES, FetchOptions.NO_WAIT).whenComplete((result, error) -> {
            if (!thread.isShutdown()) {
                thread.execute(() -> take(stream, result, error));
            } else if (error == null) {
                result.close();
            }
        });
    }

    private void take(Stream stream, @Nullable FetchResult fetched, @Nullable Throwable error) {
        if (fetched == null) {
            failed.completeExceptionally(error == null ? new IllegalStateException("no result") : error);
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
