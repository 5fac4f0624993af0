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
 * Makes requests of one compaction, and makes them again, a few times and after pauses that grow, if the object storage was
 * not available: a merge of an hour survives a request that failed. All of them may be repeated: what is written has one key
 * and one content, whichever attempt lands. Owns the timers of requests that wait for their next attempt.
 */
final class Retries {

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final int attempts;
    private final Map<Attempts<?>, Timer> waiting = new LinkedHashMap<>(); // on the context
    private volatile boolean ended;

    /** @param attempts of each request at most, the first among them */
    Retries(EngineRuntime runtime, SerialContext context, int attempts) {
        this.runtime = runtime;
        this.context = context;
        this.attempts = attempts;
    }

    /**
     * Makes a request, from any thread.
     *
     * @return its answer; completes on a thread of the storage or the context, fails with what the last attempt failed with
     */
    <T> CompletableFuture<T> request(String what, Supplier<CompletableFuture<T>> request) {
        Attempts<T> all = new Attempts<>(what, request);
        all.attempt();
        return all.answer;
    }

    /** No further attempts; requests that wait for one fail now. On the context. */
    void end() {
        ended = true;
        Map<Attempts<?>, Timer> left = Map.copyOf(waiting);
        waiting.clear();
        left.forEach((request, timer) -> {
            timer.cancel();
            request.giveUp();
        });
    }

    /** One request until it is answered. */
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
            LOG.warn("{} failed, next attempt in {} ms: {}", what, pause.toMillis(), String.valueOf(failure));
            waiting.put(this, runtime.schedule(pause, context, () -> {
                waiting.remove(this);
                attempt();
            }));
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }

        void giveUp() {
            answer.completeExceptionally(
                    failure == null ? Failures.ofKind(Kind.UNAVAILABLE, what + ": given up") : failure);
        }
    }
}
