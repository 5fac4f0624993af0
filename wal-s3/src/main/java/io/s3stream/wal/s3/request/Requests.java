package io.s3stream.wal.s3.request;

import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.wal.common.Futures;
import io.s3stream.wal.common.OperationCount;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all requests to the object storage. It retries a request while its outcome is unknown and its deadline has not
 * passed. The backoff between retries is jittered and doubles. Called on the medium's serial context, where responses
 * arrive too.
 *
 * <p>Counts the requests in flight. Closes the storage, if it owns it, after the last request.
 */
public final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final long FIRST_PAUSE_NANOS = 10_000_000;
    private static final int MAX_DOUBLINGS = 8;
    private static final int SENDINGS_OF_SILENT = 3;

    private final String name;
    private final EngineRuntime runtime;
    private final SerialContext context;
    private final ObjectStorage storage;
    private final boolean ownsStorage;
    private final Duration timeout;
    private final OperationCount inFlight = new OperationCount(this::closeStorage);

    /** The limits of retries: a deadline on the monotonic clock, and whether the request is still {@code wanted}. */
    public record Patience(long deadline, BooleanSupplier wanted) {}

    /** @param onSilence called before the request is sent again although it may still be in flight */
    private record Attempt<T>(
            String what,
            Patience patience,
            Function<ObjectStorage, CompletableFuture<T>> request,
            Runnable onSilence,
            CompletableFuture<T> answer) {}

    public Requests(String name, EngineRuntime runtime, ObjectStorage storage, boolean ownsStorage, Duration timeout) {
        this.name = name;
        this.runtime = runtime;
        this.context = runtime.serialContext("wal-s3");
        this.storage = storage;
        this.ownsStorage = ownsStorage;
        this.timeout = timeout;
    }

    public SerialContext context() {
        return context;
    }

    public EngineRuntime runtime() {
        return runtime;
    }

    /** Returns the limits of one request with all its retries: the timeout, counted from now. */
    public Patience patience() {
        return patience(() -> true);
    }

    public Patience patience(BooleanSupplier wanted) {
        return new Patience(runtime.nanoTime() + timeout.toNanos(), wanted);
    }

    public Duration timeout() {
        return timeout;
    }

    public <T> CompletableFuture<T> send(String what, Function<ObjectStorage, CompletableFuture<T>> request) {
        return send(what, patience(), request);
    }

    public <T> CompletableFuture<T> send(
            String what, Patience patience, Function<ObjectStorage, CompletableFuture<T>> request) {
        return send(what, patience, request, () -> {});
    }

    public <T> CompletableFuture<T> send(
            String what, Patience patience, Function<ObjectStorage, CompletableFuture<T>> request, Runnable onSilence) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        attempt(new Attempt<>(what, patience, request, onSilence, answer), 0);
        return answer;
    }

    /** Sends a request once, without retry. */
    public <T> CompletableFuture<T> sendOnce(Function<ObjectStorage, CompletableFuture<T>> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        begin(request).whenCompleteAsync((value, error) -> Futures.complete(answer, value, error), context);
        return answer;
    }

    private <T> void attempt(Attempt<T> attempt, int failures) {
        Sent<T> sent = new Sent<>(attempt, failures);
        begin(attempt.request()).whenCompleteAsync(sent::settle, context);
    }

    private boolean isWorthRepeating(Attempt<?> attempt, Throwable error) {
        return error instanceof StreamException failure && failure.isRetriable() && isWanted(attempt);
    }

    private boolean isWanted(Attempt<?> attempt) {
        return isLeft(attempt.patience());
    }

    /** Returns whether a retry is allowed: the deadline has not passed, and the request is still wanted. */
    public boolean isLeft(Patience patience) {
        return patience.wanted().getAsBoolean() && runtime.nanoTime() - patience.deadline() < 0;
    }

    /** Returns a future that completes on the context after a pause. */
    public CompletableFuture<Void> later() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        runtime.schedule(pause(MAX_DOUBLINGS / 2), context, () -> over.complete(null));
        return over;
    }

    /**
     * A request that was sent. Without a response it is sent again, at most {@value #SENDINGS_OF_SILENT} times in all
     * within the timeout: a dead connection may be the cause, and a new connection may work. The first response counts.
     */
    private final class Sent<T> {

        private final Attempt<T> attempt;
        private final int failures;
        private final Timer silence;
        private boolean isRepeated;

        Sent(Attempt<T> attempt, int failures) {
            this.attempt = attempt;
            this.failures = failures;
            this.silence = runtime.schedule(timeout.dividedBy(SENDINGS_OF_SILENT), context, this::repeatSilent);
        }

        private void repeatSilent() {
            if (!attempt.answer().isDone() && isWanted(attempt)) {
                isRepeated = true;
                LOG.info("{}: {} has no response and is sent again", name, attempt.what());
                attempt.onSilence().run();
                attempt(attempt, failures + 1);
            }
        }

        void settle(@Nullable T value, @Nullable Throwable error) {
            silence.cancel();
            if (attempt.answer().isDone()) {
                discard(value);
            } else if (error == null || !isWorthRepeating(attempt, Futures.unwrap(error))) {
                Futures.complete(attempt.answer(), value, error);
            } else if (!isRepeated) {
                LOG.info(
                        "{}: {} failed and is retried: {}",
                        name,
                        attempt.what(),
                        Futures.unwrap(error).toString());
                runtime.schedule(pause(failures), context, () -> attempt(attempt, failures + 1));
            }
        }
    }

    /** Closes a response that arrived too late. */
    private static void discard(@Nullable Object value) {
        if (value instanceof Optional<?> found && found.orElse(null) instanceof ObjectContent content) {
            content.close();
        }
    }

    private Duration pause(int failures) {
        long maximum = FIRST_PAUSE_NANOS << Math.min(failures, MAX_DOUBLINGS);
        return Duration.ofNanos(maximum / 2 + Math.floorMod(runtime.randomLong(), maximum / 2));
    }

    private <T> CompletableFuture<T> begin(Function<ObjectStorage, CompletableFuture<T>> request) {
        if (!inFlight.begin()) {
            return CompletableFuture.failedFuture(new StoreClosedException(name + " is detached"));
        }
        CompletableFuture<T> answer;
        try {
            answer = request.apply(storage);
        } catch (Throwable e) { // also an Error: the count must go down for every request
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.whenComplete((value, error) -> inFlight.end());
    }

    /** Refuses further requests. Closes the storage, if it is owned here, when the requests in flight have ended. */
    public void close() {
        inFlight.close();
    }

    private void closeStorage() {
        context.release();
        if (ownsStorage) {
            storage.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
