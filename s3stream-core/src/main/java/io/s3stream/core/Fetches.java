package io.s3stream.core;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One fetch: arguments checked, and repeated until there is enough data or the time is over. */
final class Fetches {

    /** A stream as a fetch sees it. */
    interface Source {

        /** One attempt that does not wait. */
        CompletableFuture<FetchResult> read(Request request);

        /** Whether there is nothing at {@code offset} at the moment. */
        boolean isEnd(long offset);

        /** Completes when there may be something at {@code offset}; cancelled when nobody waits any more. */
        CompletableFuture<Void> whenReadable(long offset);
    }

    /** What is asked for. */
    record Request(long streamId, long start, long end, int maxBytes, FetchOptions options) {

        Request {
            if (start < 0) {
                throw new InvalidRequestException("stream=" + streamId + " start=" + start + ": must not be negative");
            }
            if (end < start) {
                throw new InvalidRequestException(
                        "stream=" + streamId + " end=" + end + ": must not be less than start=" + start);
            }
            if (maxBytes < 1) {
                throw new InvalidRequestException(
                        "stream=" + streamId + " maxBytes=" + maxBytes + ": must be at least 1");
            }
        }

        /** Whether an answer is good enough not to wait for more. */
        boolean isSatisfiedBy(FetchResult result) {
            long bytes = 0;
            for (FetchedBatch batch : result.batches()) {
                bytes += batch.payload().remaining();
            }
            return bytes >= Math.min(options.minBytes(), maxBytes) || result.nextOffset() >= end;
        }
    }

    private static final long LONGEST_WAIT = Long.MAX_VALUE / 4; // so that deadlines never wrap around

    private final EngineRuntime runtime;
    private final Source source;

    Fetches(EngineRuntime runtime, Source source) {
        this.runtime = runtime;
        this.source = source;
    }

    CompletableFuture<FetchResult> fetch(Request request) {
        return forCaller(fetchOrWait(request));
    }

    private CompletableFuture<FetchResult> fetchOrWait(Request request) {
        CompletableFuture<FetchResult> first = source.read(request);
        if (request.options().maxWait().isZero()) {
            return first;
        }
        long wait = Math.min(TimeUnit.NANOSECONDS.convert(request.options().maxWait()), LONGEST_WAIT);
        long deadline = runtime.nanoTime() + wait;
        return first.thenCompose(result -> enoughOrWait(request, deadline, result));
    }

    /** A future of the caller's own: when it was cancelled or timed out, nobody else would close the result. */
    private static CompletableFuture<FetchResult> forCaller(CompletableFuture<FetchResult> fetch) {
        if (fetch.isDone()) {
            return fetch;
        }
        CompletableFuture<FetchResult> answer = new CompletableFuture<>();
        fetch.whenComplete((result, error) -> {
            if (error != null) {
                answer.completeExceptionally(Failures.unwrap(error));
            } else if (!answer.complete(result)) {
                result.close();
            }
        });
        return answer;
    }

    private CompletableFuture<FetchResult> enoughOrWait(Request request, long deadline, FetchResult result) {
        long left = deadline - runtime.nanoTime();
        if (left <= 0 || request.isSatisfiedBy(result) || !source.isEnd(result.nextOffset())) {
            return CompletableFuture.completedFuture(result);
        }
        CompletableFuture<Void> data = source.whenReadable(result.nextOffset());
        result.close();
        CompletableFuture<Optional<Throwable>> woken = new CompletableFuture<>();
        Timer timer = runtime.schedule(Duration.ofNanos(left), runtime.callbacks(), () -> {
            woken.complete(Optional.empty());
            data.cancel(false);
        });
        data.whenComplete((nothing, error) -> {
            timer.cancel();
            woken.complete(Optional.ofNullable(error));
        });
        return woken.thenComposeAsync(
                failure -> failure.isPresent()
                        ? lastAnswer(request, failure.get())
                        : source.read(request).thenCompose(next -> enoughOrWait(request, deadline, next)),
                runtime.callbacks());
    }

    /** No more is coming: what there is counts as enough, and nothing at all as the failure. */
    private CompletableFuture<FetchResult> lastAnswer(Request request, Throwable failure) {
        return source.read(request)
                .thenCompose(result -> result.batches().isEmpty()
                        ? CompletableFuture.failedFuture(failure)
                        : CompletableFuture.completedFuture(result));
    }
}
