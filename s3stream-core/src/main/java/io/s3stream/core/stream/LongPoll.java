package io.s3stream.core.stream;

import io.s3stream.api.FetchResult;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A fetch that reads until it has enough data, and waits at the end of a stream until its deadline. While it waits, it
 * holds neither a thread nor data, only a timer and an entry in the stream's list of waiters. Its steps run one after
 * the other on the callback executor. A caller that cancels the answer ends it from any thread.
 */
final class LongPoll {

    /** Dropped batches have no payload. A poll ends before it has collected more of them than this in memory. */
    private static final int MAX_BATCHES = 10_000;

    /** The request; {@code minBytes} is at most the maximum of {@code limit}. */
    record Wanted(long start, ReadLimit limit, int minBytes) {

        boolean isSatisfiedBy(FetchResult result) {
            return result.nextOffset() >= limit.end()
                    || JoinedResult.payloadBytesOf(result) >= minBytes
                    || result.batches().size() >= MAX_BATCHES;
        }

        long missing(FetchResult result) {
            return minBytes - JoinedResult.payloadBytesOf(result);
        }

        /** Returns the limit of the read after {@code result}, which has fewer bytes than the maximum. */
        ReadLimit rest(FetchResult result) {
            return limit.after(JoinedResult.payloadBytesOf(result));
        }
    }

    private final EngineRuntime runtime;
    private final Fetches.Source source;
    private final Wanted wanted;
    private final long deadline;
    private final CompletableFuture<FetchResult> answer = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<Void> waiting;
    /** The end of the last read before a wait. The next read must reach it, even after the deadline. */
    private volatile long reached;

    LongPoll(EngineRuntime runtime, Fetches.Source source, Wanted wanted, long deadline) {
        this.runtime = runtime;
        this.source = source;
        this.wanted = wanted;
        this.deadline = deadline;
    }

    /** @param first result of the read without waiting, possibly not complete yet */
    CompletableFuture<FetchResult> begin(CompletableFuture<FetchResult> first) {
        answer.whenComplete((result, error) -> {
            CompletableFuture<Void> pending = waiting;
            if (pending != null) {
                StackRoom.require(); // first: the caller may cancel at any depth of its stack
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

    /** Runs a step of the poll. An exception becomes the answer, because no other step would give one. */
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

    /** Reads more. A single read only returns data of one place, such as one object. */
    private void readOn(FetchResult result) {
        CompletableFuture<FetchResult> read;
        try {
            read = source.read(result.nextOffset(), wanted.rest(result));
        } catch (RuntimeException e) {
            give(result);
            return;
        }
        // On the executor even if the read is complete: otherwise thousands of such reads would recurse.
        read.whenCompleteAsync(
                (more, error) -> {
                    if (error != null || more.batches().isEmpty()) {
                        give(result); // the next fetch begins there and gets the batch that is too large, or the error
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
        CompletableFuture<Void> data =
                source.whenReadable(result.nextOffset(), wanted.limit().end(), wanted.missing(result));
        result.close();
        waiting = data;
        if (answer.isDone()) {
            data.cancel(false); // the caller cancelled before this wait was visible
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
            considerWhenHere(source.read(wanted.start(), wanted.limit()));
        }
    }

    /**
     * Reads a last time, because further data cannot come. Answers with the data found, or with the failure if there is
     * none.
     */
    private void readLast(Throwable failure) {
        source.read(wanted.start(), wanted.limit()).whenComplete((result, error) -> {
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
