package io.s3stream.core.stream;

import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.core.append.StreamTail;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.read.TailPositions;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Finds offsets by timestamp, and sizes, in a stream that this node owns. The write cache answers for cached records,
 * object storage for older ones. The border between them moves during a search, when committed data is evicted.
 * Stateless.
 */
final class OwnedPositions {

    private final OwnedStream stream;
    private final StreamServices services;

    OwnedPositions(OwnedStream stream, StreamServices services) {
        this.stream = stream;
        this.services = services;
    }

    CompletableFuture<OptionalLong> offsetForTimestamp(long timestamp) {
        return search(stream.startOffset(), timestamp);
    }

    private CompletableFuture<OptionalLong> search(long from, long timestamp) {
        while (true) {
            stream.checkInUse();
            long start = Math.max(from, stream.startOffset());
            Border border = new Border(stream.tail());
            if (start >= border.confirmed) {
                return CompletableFuture.completedFuture(OptionalLong.empty());
            }
            if (start < border.cached) {
                return services.readPath()
                        .positions()
                        .offsetForTimestamp(stream.id(), start, border.cached, timestamp)
                        .thenCompose(found -> found.isPresent()
                                ? CompletableFuture.completedFuture(found)
                                : search(border.cached, timestamp));
            }
            long found = TailPositions.offsetForTimestamp(border.runs, start, border.confirmed, timestamp);
            if (found != TailPositions.EVICTED) {
                return CompletableFuture.completedFuture(
                        found == TailPositions.NONE ? OptionalLong.empty() : OptionalLong.of(found));
            }
        }
    }

    /** @param range checked: not negative, in order */
    CompletableFuture<Long> sizeBytes(OffsetRange range) {
        while (true) {
            stream.checkInUse();
            long start = stream.startOffset();
            Border border = new Border(stream.tail());
            if (!range.isWithin(start, border.confirmed)) {
                return CompletableFuture.failedFuture(
                        new OffsetOutOfRangeException(stream.id(), range.firstOutside(start), start, border.confirmed));
            }
            if (range.isEmpty()) {
                return CompletableFuture.completedFuture(0L);
            }
            long middle = Math.max(range.from(), Math.min(range.to(), border.cached));
            long cached = middle == range.to() ? 0 : TailPositions.recordBytes(border.runs, middle, range.to());
            if (cached == TailPositions.EVICTED) {
                continue;
            }
            return middle == range.from()
                    ? CompletableFuture.completedFuture(cached)
                    : services.readPath()
                            .positions()
                            .recordBytes(stream.id(), range.from(), middle)
                            .thenApply(committed -> committed + cached);
        }
    }

    /** A snapshot of the cache: the runs contain the offsets {@code [cached, confirmed)}. */
    private static final class Border {

        private final long confirmed;
        private final StreamRun[] runs;
        private final long cached;

        Border(StreamTail tail) {
            confirmed = tail.confirmOffset(); // first: confirmed records are in the cache or committed
            runs = tail.cache().runs();
            cached = runs.length == 0 ? confirmed : Math.min(confirmed, runs[0].startOffset());
        }
    }
}
