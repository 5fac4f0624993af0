package io.s3stream.api.retention;

import io.s3stream.api.Stream;
import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How long data of a stream is kept: what breaks one of the limits is trimmed. An engine of its own has none: the host
 * applies a policy itself, or lets a {@link RetentionTask} do it. Immutable.
 *
 * @param retentionTime batches whose maximum timestamp is older than this may go, from the front up to the first that is
 *     not; null for no limit
 * @param retentionBytes of records, headers included, to keep; at most a 64th more than this stays, and never less than
 *     this; 0 for no limit
 */
public record RetentionPolicy(@Nullable Duration retentionTime, long retentionBytes) {

    /** Of the bytes to keep, a limit that is overstepped by less is not worth finding the exact batch. */
    private static final int TOLERANCE = 64;

    public RetentionPolicy {
        if (retentionTime != null && (retentionTime.isNegative() || retentionTime.isZero())) {
            throw new InvalidRequestException("retentionTime=" + retentionTime + ": must be more than nothing");
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
     * Trims the stream to where the policy allows. Costs a search in memory or in one index if nothing is to go.
     *
     * @param stream opened as owner
     * @param now milliseconds, by the clock that the batches' timestamps are of
     * @return completes with the start offset of after it; never past what is durable
     */
    public CompletableFuture<Long> apply(Stream stream, long now) {
        long end = stream.confirmOffset();
        return firstInTime(stream, now, end)
                .thenCompose(inTime -> firstInSize(stream, Math.max(inTime, stream.startOffset()), end))
                .thenCompose(keep -> keep > stream.startOffset()
                        ? stream.trim(keep).thenApply(trimmed -> keep)
                        : CompletableFuture.completedFuture(stream.startOffset()))
                .copy(); // the trim does not depend on who waits for it
    }

    private CompletableFuture<Long> firstInTime(Stream stream, long now, long end) {
        if (retentionTime == null) {
            return CompletableFuture.completedFuture(stream.startOffset());
        }
        long oldest = now - retentionTime.toMillis();
        // Appends go on: what was not there when this began is young whatever its timestamp says.
        return stream.offsetForTimestamp(oldest).thenApply(found -> Math.min(found.orElse(end), end));
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

    /** Halves: from {@code low} to the end is more than is kept, from {@code high} is less than that or nothing. */
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
