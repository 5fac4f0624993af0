package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.events.OutageWatch;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests and schedules tasks; hands each result to the metadata's serial context. An answer after the request's
 * timeout is ignored. Owns the client's timers and its closed flag. Confined to that context.
 */
final class Requests {

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Consumer<Throwable> fatal;
    private final Set<Timer> timers = new LinkedHashSet<>();
    private boolean closed;

    /** @param fatal receives an exception that a handler threw */
    Requests(EngineRuntime runtime, SerialContext context, Consumer<Throwable> fatal) {
        this.runtime = runtime;
        this.context = context;
        this.fatal = fatal;
    }

    /** Ignores all answers from now on. */
    public void close() {
        closed = true;
        timers.forEach(Timer::cancel);
        timers.clear();
    }

    /** Runs a task later, unless the client is closed first. */
    Timer schedule(Duration delay, Runnable task) {
        AtomicReference<@Nullable Timer> self = new AtomicReference<>();
        Timer timer = runtime.schedule(delay, context, () -> {
            Timer ran = self.get();
            if (ran != null) {
                timers.remove(ran);
            }
            guarded(task);
        });
        self.set(timer);
        timers.add(timer);
        return () -> {
            timers.remove(timer);
            return timer.cancel();
        };
    }

    /**
     * Runs a task of the client. An unexpected failure stops the client instead of leaving it hanging, because its
     * state may be half-changed [R38].
     */
    void guarded(Runnable task) {
        if (closed) {
            return;
        }
        try {
            task.run();
        } catch (StreamException e) {
            fatal.accept(e);
        } catch (Throwable e) {
            closed = true;
            context.execute(
                    () -> fatal.accept(new StreamException(StreamException.Kind.INTERNAL, "metadata client: " + e, e)));
            if (e instanceof Error error) {
                throw error;
            }
        }
    }

    /** Sends a request until its answer can be read. A damaged answer is requested again, too. */
    <T> void retrying(RetryScope attempts, Request<T> request, Reader<T> reader) {
        Consumer<Throwable> again = failure -> attempts.again(failure, () -> retrying(attempts, request, reader));
        once(
                attempts,
                request,
                answer -> {
                    Runnable next;
                    try {
                        next = reader.read(answer);
                    } catch (CorruptedDataException damage) {
                        again.accept(damage);
                        return;
                    }
                    next.run();
                },
                again);
    }

    /** Sends a request once. A failed request may still have taken effect. */
    <T> void once(RetryScope attempts, Request<T> request, Consumer<T> then, Consumer<Throwable> failed) {
        new Exchange<>(attempts, request, then, failed).begin();
    }

    /** Interprets an answer, or throws {@link CorruptedDataException}. */
    interface Reader<T> {
        Runnable read(T answer);
    }

    /**
     * A request that can be sent repeatedly.
     *
     * @param bytes how much it transfers, as far as that is known
     */
    record Request<T>(OutageWatch watch, long bytes, Supplier<CompletableFuture<T>> call) {}

    /** A sent request, until its answer or its timeout. */
    private final class Exchange<T> {

        private final RetryScope attempts;
        private final Request<T> request;
        private final Consumer<T> then;
        private final Consumer<Throwable> failed;
        private final long sentAt = runtime.nanoTime();
        private final Timer timeout;
        private boolean over;

        Exchange(RetryScope attempts, Request<T> request, Consumer<T> then, Consumer<Throwable> failed) {
            this.attempts = attempts;
            this.request = request;
            this.then = then;
            this.failed = failed;
            Duration limit = attempts.requestTimeout(request.bytes());
            this.timeout = schedule(limit, () -> timeOut(limit));
        }

        void begin() {
            attempts.requestSent();
            Failures.answerOf(request.call())
                    .whenComplete((value, failure) -> context.execute(() -> answered(value, failure)));
        }

        private void answered(T value, @Nullable Throwable failure) {
            if (over) {
                return;
            }
            over = true;
            timeout.cancel();
            if (failure == null) {
                request.watch().answered();
            } else {
                request.watch().failed(sentAt, Failures.unwrap(failure));
            }
            if (!attempts.isOver()) {
                guarded(() -> {
                    if (failure == null) {
                        then.accept(value);
                    } else {
                        failed.accept(Failures.unwrap(failure));
                    }
                });
            }
        }

        private void timeOut(Duration limit) {
            if (over) {
                return;
            }
            over = true;
            StorageException late = new StorageException("metadata: no answer within " + limit);
            request.watch().failed(sentAt, late);
            if (!attempts.isOver()) {
                attempts.requestTimedOut();
                failed.accept(late);
            }
        }
    }
}
