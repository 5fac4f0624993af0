package io.s3stream.wal.s3.request;

import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All requests to the object storage go through here: repeated, after a jittered pause that doubles, while their outcome
 * is unknown and there is time left. Called on the medium's serial context, where the answers arrive too.
 *
 * <p>Owner of the count of requests under way and of the closed flag (under its monitor, never held during a request): a
 * storage of our own is closed after the last one.
 */
public final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final long FIRST_PAUSE_NANOS = 10_000_000;
    private static final int MOST_DOUBLINGS = 8;
    private static final int SENDINGS_OF_SILENT = 3;

    private final String name;
    private final EngineRuntime runtime;
    private final SerialContext context;
    private final ObjectStorage storage;
    private final boolean ownsStorage;
    private final Duration timeout;
    private int underWay;
    private boolean closed;

    /** How long a request is repeated: until a time of the monotonic clock, while {@code wanted}. */
    public record Patience(long deadline, BooleanSupplier wanted) {}

    /** @param onSilence called before the request is sent once more although it may still be under way */
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

    /** The time that one request may take with all its repetitions. */
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

    /** Once, without repetition. */
    public <T> CompletableFuture<T> sendOnce(Function<ObjectStorage, CompletableFuture<T>> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        begin(request).whenCompleteAsync((value, error) -> complete(answer, value, error), context);
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

    /** Whether there is time left, and the request still wanted. */
    public boolean isLeft(Patience patience) {
        return patience.wanted().getAsBoolean() && runtime.nanoTime() - patience.deadline() < 0;
    }

    /** Completes on the context after a pause. */
    public CompletableFuture<Void> later() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        runtime.schedule(pause(MOST_DOUBLINGS / 2), context, () -> over.complete(null));
        return over;
    }

    /**
     * One request that was sent. While there is no answer it is sent once more, {@value #SENDINGS_OF_SILENT} times within the timeout: its
     * connection may be dead, and a new one not. The first answer of all counts.
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
                LOG.info("{}: {} has no answer and is sent once more", name, attempt.what());
                attempt.onSilence().run();
                attempt(attempt, failures + 1);
            }
        }

        void settle(@Nullable T value, @Nullable Throwable error) {
            silence.cancel();
            if (attempt.answer().isDone()) {
                discard(value);
            } else if (error == null || !isWorthRepeating(attempt, unwrap(error))) {
                complete(attempt.answer(), value, error);
            } else if (!isRepeated) {
                LOG.info(
                        "{}: {} is tried again: {}",
                        name,
                        attempt.what(),
                        unwrap(error).toString());
                runtime.schedule(pause(failures), context, () -> attempt(attempt, failures + 1));
            }
        }
    }

    /** An answer that nobody waits for any more. */
    private static void discard(@Nullable Object value) {
        if (value instanceof Optional<?> found && found.orElse(null) instanceof ObjectContent content) {
            content.close();
        }
    }

    private Duration pause(int failures) {
        long longest = FIRST_PAUSE_NANOS << Math.min(failures, MOST_DOUBLINGS);
        return Duration.ofNanos(longest / 2 + Math.floorMod(runtime.randomLong(), longest / 2));
    }

    private <T> CompletableFuture<T> begin(Function<ObjectStorage, CompletableFuture<T>> request) {
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new StoreClosedException(name + " is detached"));
            }
            underWay++;
        }
        CompletableFuture<T> answer;
        try {
            answer = request.apply(storage);
        } catch (Throwable e) { // an Error too: each request that was counted ends
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.whenComplete((value, error) -> end());
    }

    private void end() {
        synchronized (this) {
            underWay--;
            if (!closed || underWay > 0) {
                return;
            }
        }
        closeStorage();
    }

    /** No further requests; a storage of our own is closed when those under way have ended. */
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (underWay > 0) {
                return;
            }
        }
        closeStorage();
    }

    private void closeStorage() {
        context.release();
        if (ownsStorage) {
            storage.close();
        }
    }

    /** Completes {@code answer} as {@code value} and {@code error} say, without the wrappings that futures add. */
    public static <T> void complete(CompletableFuture<T> answer, @Nullable T value, @Nullable Throwable error) {
        if (error == null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(unwrap(error));
        }
    }

    public static Throwable unwrap(Throwable error) {
        Throwable inner = error;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    @Override
    public String toString() {
        return name;
    }
}
