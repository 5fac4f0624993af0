package io.s3stream.core.stream;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.core.read.blocks.ReadLimit.Excess;
import io.s3stream.spi.runtime.EngineRuntime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The fetches of one stream: checks arguments, reads once, and starts a {@link LongPoll} if that read is not enough.
 */
final class Fetches {

    /** A stream, as a fetch sees it. */
    interface Source {

        /** Reads once, without waiting for more data. The caller owns the future. */
        CompletableFuture<FetchResult> read(long start, long end, int maxBytes, Excess excess);

        default CompletableFuture<FetchResult> read(long start, ReadLimit limit) {
            return read(start, limit.end(), limit.maxBytes(), limit.excess());
        }

        /** Returns whether there is no data at {@code offset} now. */
        boolean isEnd(long offset);

        /**
         * Completes when there may be {@code bytes} of payload from {@code offset} on, or all data before {@code end}.
         * It may complete early, never late. A caller that stops waiting must cancel the future.
         */
        CompletableFuture<Void> whenReadable(long offset, long end, long bytes);
    }

    private static final long MAX_WAIT = Long.MAX_VALUE / 4;

    private final EngineRuntime runtime;
    private final ReadMetrics metrics;
    private final Source source;

    Fetches(EngineRuntime runtime, ReadMetrics metrics, Source source) {
        this.runtime = runtime;
        this.metrics = metrics;
        this.source = source;
    }

    CompletableFuture<FetchResult> fetch(long streamId, long start, long end, int maxBytes, FetchOptions options) {
        try {
            check(streamId, start, end, maxBytes, options);
            Excess excess = options.hardLimit() ? Excess.FIRST_BATCH : Excess.LAST_BATCH;
            CompletableFuture<FetchResult> first = source.read(start, end, maxBytes, excess);
            return options.maxWait().isZero()
                    ? first
                    : poll(first, start, new ReadLimit(end, maxBytes, excess), options);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(Failures.asStreamException("fetch of stream=" + streamId, e));
        }
    }

    private CompletableFuture<FetchResult> poll(
            CompletableFuture<FetchResult> first, long start, ReadLimit limit, FetchOptions options) {
        LongPoll.Wanted wanted = new LongPoll.Wanted(start, limit, Math.min(options.minBytes(), limit.maxBytes()));
        FetchResult found = first.isDone() && !first.isCompletedExceptionally() ? first.join() : null;
        if (found != null && wanted.isSatisfiedBy(found)) {
            return first;
        }
        StackRoom.require();
        LongPoll poll = new LongPoll(runtime, source, wanted, runtime.nanoTime() + waitNanos(options.maxWait()));
        metrics.pollBegun();
        CompletableFuture<FetchResult> answer = poll.begin(first);
        answer.whenComplete((result, error) -> metrics.pollEnded());
        return answer;
    }

    /** Returns the nanoseconds of a caller's wait, limited so that deadlines never overflow. */
    static long waitNanos(Duration maxWait) {
        return Math.min(TimeUnit.NANOSECONDS.convert(maxWait), MAX_WAIT);
    }

    /** Closes a result that its caller abandoned. */
    static void giveBack(@Nullable FetchResult left) {
        if (left != null) {
            left.close();
        }
    }

    private static void check(long streamId, long start, long end, int maxBytes, FetchOptions options) {
        if (options == null) {
            throw new InvalidRequestException("stream=" + streamId + " options=null: give FetchOptions.NO_WAIT");
        }
        if (start < 0) {
            throw new InvalidRequestException("stream=" + streamId + " start=" + start + ": must not be negative");
        }
        if (end < start) {
            throw new InvalidRequestException(
                    "stream=" + streamId + " end=" + end + ": must not be less than start=" + start);
        }
        if (maxBytes < 1) {
            throw new InvalidRequestException("stream=" + streamId + " maxBytes=" + maxBytes + ": must be at least 1");
        }
    }
}
