package io.s3stream.api.retention;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How long data of a stream is kept: batches beyond a limit are trimmed. A store applies no policy by itself: the host
 * applies one, or lets a {@link RetentionTask} do it. Immutable.
 *
 * <p><b>Batches without a timestamp.</b> The age of a batch with the timestamp 0 is unknown. A later batch with an
 * expired timestamp proves that it is old, because it was appended earlier. Without that proof the limit by time trims
 * nothing, and {@link #apply} fails.
 *
 * @param retentionTime batches whose maximum timestamp is older than this are trimmed, from the front up to the first
 *     younger batch; null for no limit
 * @param retentionBytes of records, headers included, to keep; at most a 64th more than this stays, and never less than
 *     this; 0 for no limit
 */
public record RetentionPolicy(@Nullable Duration retentionTime, long retentionBytes) {

    /** The search for the exact batch ends when less than this fraction of the bytes to keep is too much. */
    private static final int TOLERANCE = 64;

    public RetentionPolicy {
        if (retentionTime != null && (retentionTime.isNegative() || retentionTime.isZero())) {
            throw new InvalidRequestException("retentionTime=" + retentionTime + ": must be longer than zero");
        }
        if (retentionBytes < 0) {
            throw new InvalidRequestException("retentionBytes=" + retentionBytes + ": must be 0 or greater");
        }
    }

    public static RetentionPolicy ofTime(Duration retentionTime) {
        return new RetentionPolicy(retentionTime, 0);
    }

    public static RetentionPolicy ofBytes(long retentionBytes) {
        return new RetentionPolicy(null, retentionBytes);
    }

    public RetentionPolicy andBytes(long bytes) {
        return new RetentionPolicy(retentionTime, bytes);
    }

    /**
     * Trims the stream up to the first batch that the policy keeps. Costs a search in memory or in one index if no
     * batch is to be trimmed, and for the limit by time one read of a batch otherwise.
     *
     * @param now milliseconds, by the clock that the batches' timestamps are of
     * @return completes with the new start offset, which is never past the confirm offset. Fails with {@link
     *     InvalidRequestException}, which names stream and offset, if the limit by time meets a batch of unknown age:
     *     the limit by bytes is applied then, and the limit by time trims nothing
     */
    public CompletableFuture<Long> apply(Stream stream, long now) {
        return apply(stream, now, stream::trim);
    }

    /**
     * Applies the policy as {@link #apply(Stream, long)} does, and trims with a call of the host. A host uses it whose
     * own state depends on the records: it saves that state, and then trims the stream.
     *
     * @param trim trims the stream up to the given offset; called at most once, on the thread of a completion
     */
    public CompletableFuture<Long> apply(Stream stream, long now, LongFunction<CompletableFuture<Void>> trim) {
        return begin(stream, now, trim).copy(); // the trim does not depend on the future of the caller
    }

    private CompletableFuture<Long> begin(Stream stream, long now, LongFunction<CompletableFuture<Void>> trim) {
        long end = stream.confirmOffset();
        CompletableFuture<Long> inTime = firstInTime(stream, now, end);
        return inTime.exceptionally(error -> stream.startOffset())
                .thenCompose(first -> firstInSize(stream, Math.max(first, stream.startOffset()), end))
                .thenCompose(keep -> keep > stream.startOffset()
                        ? trim.apply(keep).thenApply(trimmed -> keep)
                        : CompletableFuture.completedFuture(stream.startOffset()))
                .thenCompose(start -> inTime.thenApply(first -> start));
    }

    private CompletableFuture<Long> firstInTime(Stream stream, long now, long end) {
        if (retentionTime == null) {
            return CompletableFuture.completedFuture(stream.startOffset());
        }
        long oldest = now - retentionTime.toMillis();
        // Later appends are young, also if their timestamps are low: the end is that of the beginning of this call.
        return stream.offsetForTimestamp(oldest)
                .thenApply(found -> Math.min(found.orElse(end), end))
                .thenCompose(first -> first > stream.startOffset()
                        ? requireTimestamp(stream, first)
                        : CompletableFuture.completedFuture(first));
    }

    /** All batches before {@code first} are old if the last of them has a timestamp, because it was appended last. */
    private static CompletableFuture<Long> requireTimestamp(Stream stream, long first) {
        return stream.fetch(first - 1, first, 1, FetchOptions.NO_WAIT).thenApply(result -> {
            try (result) {
                FetchedBatch last = result.batches().get(0);
                if (last.maxTimestamp() == 0) {
                    throw new InvalidRequestException("stream=" + stream.id() + " offset=" + last.baseOffset()
                            + ": the batch has the timestamp 0, so its age is unknown and retention by time does"
                            + " not trim it; append batches with a timestamp, or trim the stream");
                }
                return first;
            }
        });
    }

    private CompletableFuture<Long> firstInSize(Stream stream, long from, long end) {
        if (retentionBytes == 0 || from >= end) {
            return CompletableFuture.completedFuture(from);
        }
        return stream.sizeBytes(from, end)
                .thenCompose(bytes -> bytes <= retentionBytes
                        ? CompletableFuture.completedFuture(from)
                        : search(stream, from, end, end));
    }

    /** Bisects: more bytes than to keep lie between {@code low} and the end, and fewer or none after {@code high}. */
    private CompletableFuture<Long> search(Stream stream, long low, long high, long end) {
        if (high - low <= 1) {
            return CompletableFuture.completedFuture(low);
        }
        long middle = low + (high - low) / 2;
        return stream.sizeBytes(middle, end).thenCompose(bytes -> {
            if (bytes < retentionBytes) {
                return search(stream, low, middle, end);
            }
            return bytes - retentionBytes <= retentionBytes / TOLERANCE
                    ? CompletableFuture.completedFuture(middle)
                    : search(stream, middle, high, end);
        });
    }
}
