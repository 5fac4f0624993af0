package io.s3stream.core.stream;

import io.s3stream.api.FetchResult;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One fetch that reads on until there is enough, and waits at the end of a stream for more, or until its time is over. Holds
 * no thread and, while it waits, no data: a timer and an entry in the stream's list of waiters. Its steps follow one another, on the callback
 * executor; a caller that cancels the answer ends it from wherever that is.
 */
final class LongPoll {

    /** What is asked for; {@code minBytes} is not more than {@code maxBytes}. */
    record Wanted(long start, long end, int maxBytes, int minBytes) {

        boolean isSatisfiedBy(FetchResult result) {
            return result.nextOffset() >= end || JoinedResult.payloadBytesOf(result) >= minBytes;
        }

        long missing(FetchResult result) {
            return minBytes - JoinedResult.payloadBytesOf(result);
        }

        /** The payload bytes after which a read that goes on behind {@code result} stops. */
        int rest(FetchResult result) {
            return (int) Math.max(1, maxBytes - JoinedResult.payloadBytesOf(result));
        }
    }

    private final EngineRuntime runtime;
    private final Fetches.Source source;
    private final Wanted wanted;
    private final long deadline;
    private final CompletableFuture<FetchResult> answer = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<Void> waiting;
    private volatile long reached; // what was read before a wait is read again after it, also when the time is over

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
                StackRoom.require(); // of the caller, who may cancel anywhere
                pending.cancel(false);
            }
        });
        considerWhenHere(first);
        return answer;
    }

    private void considerWhenHere(CompletableFuture<FetchResult> read) {
        read.whenComplete((result, error) -> {
            if (error == null) {
                guarded(result, () -> consider(result));
            } else {
                answer.completeExceptionally(Failures.unwrap(error));
            }
        });
    }

    /** Runs a step of the poll: whatever it throws is the answer, for nobody else would give one. */
    private void guarded(@Nullable FetchResult held, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            answer.completeExceptionally(Failures.asStreamException("long poll", e));
            if (held != null) {
                held.close();
            }
        }
    }

    private void consider(FetchResult result) {
        boolean isOver = deadline - runtime.nanoTime() <= 0 && result.nextOffset() >= reached;
        if (answer.isDone() || isOver || wanted.isSatisfiedBy(result)) {
            give(result);
        } else if (source.isEnd(result.nextOffset())) {
            reached = result.nextOffset();
            await(result);
        } else {
            readOn(result);
        }
    }

    /** One read answers with what is in one place, such as one object; there is more behind it. */
    private void readOn(FetchResult result) {
        CompletableFuture<FetchResult> read;
        try {
            read = source.read(result.nextOffset(), wanted.end(), wanted.rest(result));
        } catch (RuntimeException e) {
            give(result);
            return;
        }
        // On the executor also if it is complete: there may be thousands of such reads, and each would be a call
        // deeper.
        read.whenCompleteAsync(
                (more, error) -> {
                    if (error != null || more.batches().isEmpty()) {
                        give(result); // the next fetch begins behind it, and is told what is the matter
                        return;
                    }
                    guarded(result, () -> {
                        JoinedResult joined =
                                result instanceof JoinedResult present ? present : new JoinedResult(result);
                        joined.add(more);
                        consider(joined);
                    });
                },
                runtime.callbacks());
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
                    guarded(null, () -> {
                        if (failure == null || data.isCancelled()) {
                            readAgain();
                        } else {
                            readLast(failure);
                        }
                    });
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
