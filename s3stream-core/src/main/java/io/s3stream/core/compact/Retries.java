package io.s3stream.core.compact;

import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the requests of one compaction. Retries each a limited number of times, with growing pauses, while the object
 * storage is unavailable, so a merge of an hour survives a failed request. Every request is repeatable: a key has one
 * content in every attempt. Owns the timers of requests that wait for their next attempt.
 */
final class Retries {

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final int attempts;
    private final Map<Attempts<?>, Timer> waiting = new LinkedHashMap<>(); // on the context
    private volatile boolean ended;

    /** @param attempts maximum per request, including the first */
    Retries(EngineRuntime runtime, SerialContext context, int attempts) {
        this.runtime = runtime;
        this.context = context;
        this.attempts = attempts;
    }

    /**
     * Sends a request. Callable from any thread.
     *
     * @return the answer. Completes on a thread of the storage or on the context; fails with the failure of the last
     *     attempt
     */
    <T> CompletableFuture<T> request(String what, Supplier<CompletableFuture<T>> request) {
        Attempts<T> all = new Attempts<>(what, request);
        all.attempt();
        return all.answer;
    }

    /** Stops retrying. Requests that wait for their next attempt fail now. Called on the context. */
    void end() {
        ended = true;
        Map<Attempts<?>, Timer> left = Map.copyOf(waiting);
        waiting.clear();
        left.forEach((request, timer) -> {
            timer.cancel();
            request.giveUp();
        });
    }

    /** A single request until it is answered. */
    private final class Attempts<T> {

        private final String what;
        private final Supplier<CompletableFuture<T>> request;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private int made;
        private Duration pause = FIRST_PAUSE;
        private @Nullable StreamException failure;

        Attempts(String what, Supplier<CompletableFuture<T>> request) {
            this.what = what;
            this.request = request;
        }

        void attempt() {
            made++;
            Failures.answerOf(request).whenComplete((value, error) -> {
                if (error == null) {
                    answer.complete(value);
                    return;
                }
                StreamException reason = Failures.asStreamException(what, error);
                failure = reason;
                if (reason.kind() != Kind.UNAVAILABLE || made >= attempts || ended) {
                    answer.completeExceptionally(reason);
                } else {
                    context.execute(this::waitForNext);
                }
            });
        }

        private void waitForNext() {
            if (ended) {
                giveUp();
                return;
            }
            runtime.step("compact.retry");
            LOG.warn("{} failed; retrying in {} ms: {}", what, pause.toMillis(), String.valueOf(failure));
            waiting.put(this, runtime.schedule(pause, context, () -> {
                waiting.remove(this);
                attempt();
            }));
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : doubled;
        }

        void giveUp() {
            answer.completeExceptionally(
                    failure == null ? Failures.ofKind(Kind.UNAVAILABLE, what + ": aborted") : failure);
        }
    }
}
