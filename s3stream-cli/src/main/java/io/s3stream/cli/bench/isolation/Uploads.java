package io.s3stream.cli.bench.isolation;

import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Uploads all streams of a store together, again and again, with a pause between two uploads. Its thread owns the state. */
final class Uploads {

    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);
    private static final int PER_PHASE = 10;

    private final StreamStore store;
    private final long pauseNanos;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean stopping;

    Uploads(StreamStore store, Duration phase) {
        this.store = store;
        this.pauseNanos = Math.min(MAX_PAUSE.toNanos(), phase.toNanos() / PER_PHASE);
        thread.execute(this::upload);
    }

    /** Begins no further upload. Waits for the upload in progress, and throws its failure. */
    void stop() {
        stopping = true;
        try {
            Futures.await(stopped);
        } finally {
            thread.shutdown();
        }
    }

    private void upload() {
        if (stopping) {
            stopped.complete(null);
            return;
        }
        store.flush().whenComplete((done, error) -> {
            if (error == null) {
                thread.schedule(this::upload, pauseNanos, TimeUnit.NANOSECONDS);
            } else {
                stopped.completeExceptionally(error);
            }
        });
    }
}
