package io.s3stream.cli.bench;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Appends to its streams in turn, at a rate or at full speed. With a rate the latency of a record counts from its due
 * time, not from the time of its append (no coordinated omission). Without a rate a sample of the records is timed.
 */
final class Producer implements Runnable {

    private static final int SAMPLE_EVERY = 64;

    private final List<Stream> streams;
    private final ByteBuffer payload;
    private final double intervalNanos;
    private final Load.Latencies latencies;
    private final Window window;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private volatile @Nullable Thread thread; // while it may wait for a due time
    private volatile long end;
    private volatile boolean ending; // after the records that are due before the end
    private volatile boolean stopping;

    Producer(List<Stream> streams, ByteBuffer payload, LoadOptions options, Load.Latencies latencies) {
        this.streams = streams;
        this.payload = payload;
        this.intervalNanos = options.intervalNanos();
        this.latencies = latencies;
        this.window = new Window(options.window());
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            append();
            finished.complete(null);
        } catch (RuntimeException | Error e) {
            finished.completeExceptionally(e);
        }
        released.join(); // an ended thread no longer reports its allocations
    }

    /** Returns the number of durable records. */
    long done() {
        return window.done();
    }

    /** Stops after the records that are already due, also if they are late. Only for a producer with a rate. */
    void stopAtSchedule() {
        end = System.nanoTime();
        ending = true;
        LockSupport.unpark(thread);
    }

    /** Stops appending at once. */
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    /** Completes when the producer has stopped and all its records are durable. */
    CompletableFuture<Void> finished() {
        return finished;
    }

    /** Lets the thread end. */
    void release() {
        released.complete(null);
    }

    private void append() {
        int turn = 0;
        for (long n = 0; !stopping; n++) {
            long due = intervalNanos == 0 ? System.nanoTime() : began + (long) (n * intervalNanos);
            if (!awaitTurn(due)) {
                break;
            }
            AppendResult result = streams.get(turn).append(new RecordBatch(payload, 1, due));
            turn = turn + 1 == streams.size() ? 0 : turn + 1;
            if (intervalNanos > 0 || n % SAMPLE_EVERY == 0) {
                result.durable().thenRun(() -> latencies.record(due, System.nanoTime()));
            }
            window.add(result);
        }
        window.finish();
    }

    /** Returns whether the record is due before the end. */
    private boolean awaitTurn(long due) {
        for (long left = due - System.nanoTime(); left > 0 && !stopping && !ending; left = due - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        return !stopping && !(ending && due - end >= 0);
    }
}
