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
 * Applies retention policies at an interval, one stream after the other, on a scheduler of the host. A store has none
 * unless the host creates it. Owns the list of its streams. Thread-safe; {@link #close} it before the store.
 */
public final class RetentionTask implements AutoCloseable {

    private final LongSupplier clock;
    private final BiConsumer<Stream, Throwable> onFailure;
    private final Map<Long, Attached> streams = new ConcurrentHashMap<>();
    private final ScheduledFuture<?> schedule;
    private CompletableFuture<Void> round = CompletableFuture.completedFuture(null); // of the scheduler's one thread

    private record Attached(Stream stream, RetentionPolicy policy) {}

    /**
     * Schedules the rounds.
     *
     * @param scheduler stays the host's; the task never blocks its threads
     * @param interval from one round to the next; a longer round delays the next one
     * @param clock wall clock in milliseconds that the timestamps of batches come from, such as {@code
     *     System::currentTimeMillis}
     * @param onFailure receives each failure; the next round tries the stream again
     */
    public RetentionTask(
            ScheduledExecutorService scheduler,
            Duration interval,
            LongSupplier clock,
            BiConsumer<Stream, Throwable> onFailure) {
        if (interval.isNegative() || interval.isZero()) {
            throw new InvalidRequestException("interval=" + interval + ": must be longer than zero");
        }
        this.clock = clock;
        this.onFailure = onFailure;
        long nanos = interval.toNanos();
        this.schedule = scheduler.scheduleWithFixedDelay(this::beginRound, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Applies the policy to a stream until {@link #detach}, or until the handle ends. */
    public void attach(Stream stream, RetentionPolicy policy) {
        Attached attached = new Attached(stream, policy);
        streams.put(stream.id(), attached);
        stream.closed().thenRun(() -> streams.remove(stream.id(), attached));
    }

    /** Ends retention of the stream from the next round on. */
    public void detach(Stream stream) {
        streams.remove(stream.id());
    }

    /** The number of attached streams. */
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

    /** A listener that throws must not end the round: the other streams follow. */
    private void tell(Stream stream, Throwable error) {
        try {
            onFailure.accept(stream, error);
        } catch (Throwable thrown) {
            System.getLogger(RetentionTask.class.getName())
                    .log(System.Logger.Level.WARNING, "the listener of failed retention failed itself", thrown);
        }
    }

    /** An exception of the clock, which is the host's, is a failure of this stream alone. */
    private CompletableFuture<Long> answer(Attached attached) {
        if (!streams.containsValue(attached) || schedule.isCancelled()) {
            return CompletableFuture.completedFuture(0L);
        }
        try {
            return attached.policy().apply(attached.stream(), clock.getAsLong());
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Ends the rounds. A trim in progress completes. */
    @Override
    public void close() {
        schedule.cancel(false);
    }
}
