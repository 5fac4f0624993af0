package io.s3stream.api.retention;

import io.s3stream.api.Stream;
import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Applies retention policies again and again, one stream after another, on a scheduler of the host's. Off unless a host
 * makes one. Owner of which streams it looks after. Thread-safe; {@link #close} before the store.
 */
public final class RetentionTask implements AutoCloseable {

    private final LongSupplier clock;
    private final BiConsumer<Stream, Throwable> onFailure;
    private final Map<Long, Attached> streams = new ConcurrentHashMap<>();
    private final ScheduledFuture<?> schedule;
    private CompletableFuture<Void> round = CompletableFuture.completedFuture(null); // of the scheduler's one thread

    private record Attached(Stream stream, RetentionPolicy policy) {}

    /**
     * Begins.
     *
     * @param scheduler stays the host's; nothing that runs on it waits
     * @param interval from one round to the next; a round that takes longer delays it
     * @param clock wall clock in milliseconds, of the kind that the timestamps of batches are, as {@code
     *     System::currentTimeMillis}
     * @param onFailure told of each failure; the stream is tried again in the next round
     */
    public RetentionTask(
            ScheduledExecutorService scheduler,
            Duration interval,
            LongSupplier clock,
            BiConsumer<Stream, Throwable> onFailure) {
        if (interval.isNegative() || interval.isZero()) {
            throw new InvalidRequestException("interval=" + interval + ": must be more than nothing");
        }
        this.clock = clock;
        this.onFailure = onFailure;
        long nanos = interval.toNanos();
        this.schedule = scheduler.scheduleWithFixedDelay(this::beginRound, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Looks after a stream that is open as owner, until {@link #detach} or until it is fenced or closed. */
    public void attach(Stream stream, RetentionPolicy policy) {
        Attached attached = new Attached(stream, policy);
        streams.put(stream.id(), attached);
        stream.fenced().thenRun(() -> streams.remove(stream.id(), attached));
    }

    /** Leaves the stream alone from the next round on. */
    public void detach(Stream stream) {
        streams.remove(stream.id());
    }

    /** How many streams it looks after. */
    public int attached() {
        return streams.size();
    }

    private void beginRound() {
        if (!round.isDone()) {
            return;
        }
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (Attached attached : streams.values()) {
            all = all.thenCompose(nothing -> apply(attached));
        }
        round = all;
    }

    private CompletableFuture<Void> apply(Attached attached) {
        return answer(attached).handle((start, error) -> {
            if (error != null) {
                tell(attached.stream(), error);
            }
            return null;
        });
    }

    /** A listener that throws must not keep the streams behind this one from their turn. */
    private void tell(Stream stream, Throwable error) {
        try {
            onFailure.accept(stream, error);
        } catch (Throwable thrown) {
            System.getLogger(RetentionTask.class.getName())
                    .log(System.Logger.Level.WARNING, "the listener of failed retention failed itself", thrown);
        }
    }

    /** A stream that refuses at once, because it was closed, has failed like one that refuses later. */
    private CompletableFuture<Long> answer(Attached attached) {
        if (!streams.containsValue(attached) || schedule.isCancelled()) {
            return CompletableFuture.completedFuture(0L);
        }
        try {
            return attached.policy().apply(attached.stream(), clock.getAsLong());
        } catch (Throwable e) { // the clock is the host's
            return CompletableFuture.failedFuture(e);
        }
    }

    /** No further round; a trim that is on its way ends. */
    @Override
    public void close() {
        schedule.cancel(false);
    }
}
