package io.s3stream.core;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One fetch that waits at the end of a stream until there is enough, or its time is over. Holds no thread and, while it
 * waits, no data: a timer and an entry in the stream's list of waiters. Its steps follow one another, on the callback
 * executor; a caller that cancels the answer ends it from wherever that is.
 */
final class LongPoll {

    /** What is asked for; {@code minBytes} is not more than {@code maxBytes}. */
    record Wanted(long start, long end, int maxBytes, int minBytes) {

        boolean isSatisfiedBy(FetchResult result) {
            return result.nextOffset() >= end || payloadBytes(result) >= minBytes;
        }

        long missing(FetchResult result) {
            return minBytes - payloadBytes(result);
        }

        private static long payloadBytes(FetchResult result) {
            long bytes = 0;
            for (FetchedBatch batch : result.batches()) {
                bytes += batch.payload().remaining();
            }
            return bytes;
        }
    }

    private final EngineRuntime runtime;
    private final Fetches.Source source;
    private final Wanted wanted;
    private final long deadline;
    private final CompletableFuture<FetchResult> answer = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<Void> waiting;

    LongPoll(EngineRuntime runtime, Fetches.Source source, Wanted wanted, long deadline) {
        this.runtime = runtime;
        this.source = source;
        this.wanted = wanted;
        this.deadline = deadline;
    }

    /** @param first what was found, or will be, without waiting */
    CompletableFuture<FetchResult> begin(CompletableFuture<FetchResult> first) {
        answer.whenComplete((result, error) -> {
            CompletableFuture<Void> pending = waiting;
            if (pending != null) {
                pending.cancel(false);
            }
        });
        considerWhenHere(first);
        return answer;
    }

    private void considerWhenHere(CompletableFuture<FetchResult> read) {
        read.whenComplete((result, error) -> {
            if (error == null) {
                consider(result);
            } else {
                answer.completeExceptionally(Failures.unwrap(error));
            }
        });
    }

    private void consider(FetchResult result) {
        if (answer.isDone()
                || deadline - runtime.nanoTime() <= 0
                || wanted.isSatisfiedBy(result)
                || !source.isEnd(result.nextOffset())) {
            give(result);
        } else {
            await(result);
        }
    }

    private void await(FetchResult result) {
        CompletableFuture<Void> data = source.whenReadable(result.nextOffset(), wanted.end(), wanted.missing(result));
        result.close();
        waiting = data;
        if (answer.isDone()) {
            data.cancel(false); // the caller gave up before it could see what to cancel
        }
        Duration left = Duration.ofNanos(Math.max(0, deadline - runtime.nanoTime()));
        Timer timer = runtime.schedule(left, runtime.callbacks(), () -> data.cancel(false));
        data.whenCompleteAsync(
                (nothing, failure) -> {
                    timer.cancel();
                    waiting = null;
                    if (failure == null || data.isCancelled()) {
                        readAgain();
                    } else {
                        readLast(failure);
                    }
                },
                runtime.callbacks());
    }

    private void readAgain() {
        if (!answer.isDone()) {
            considerWhenHere(source.read(wanted.start(), wanted.end(), wanted.maxBytes()));
        }
    }

    /** No more is coming: what there is counts as enough, and nothing at all as the failure. */
    private void readLast(Throwable failure) {
        source.read(wanted.start(), wanted.end(), wanted.maxBytes()).whenComplete((result, error) -> {
            if (result != null && !result.batches().isEmpty()) {
                give(result);
            } else {
                answer.completeExceptionally(Failures.unwrap(error == null ? failure : error));
            }
        });
    }

    private void give(FetchResult result) {
        if (!answer.complete(result)) {
            result.close();
        }
    }
}
