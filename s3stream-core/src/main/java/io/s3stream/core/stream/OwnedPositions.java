package io.s3stream.core.stream;

import io.s3stream.api.StreamReader.TimestampedOffset;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.core.append.StreamTail;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.read.TailPositions;
import java.util.Optional;
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

    CompletableFuture<Optional<TimestampedOffset>> offsetOfMaxTimestamp() {
        while (true) {
            stream.checkInUse();
            long start = stream.startOffset();
            Border border = new Border(stream.tail());
            if (start >= border.confirmed) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            Optional<TimestampedOffset> cached = Optional.empty();
            long from = Math.max(start, border.cached);
            if (from < border.confirmed) {
                OptionalLong greatest = TailPositions.maxTimestamp(border.runs, from, border.confirmed);
                long at = greatest.isEmpty()
                        ? TailPositions.EVICTED
                        : TailPositions.offsetForTimestamp(border.runs, from, border.confirmed, greatest.getAsLong());
                if (at == TailPositions.EVICTED) {
                    continue;
                }
                cached = Optional.of(new TimestampedOffset(at, greatest.getAsLong()));
            }
            if (start >= border.cached) {
                return CompletableFuture.completedFuture(cached);
            }
            long floor = cached.map(TimestampedOffset::timestamp).orElse(Long.MIN_VALUE);
            Optional<TimestampedOffset> inCache = cached;
            return services.readPath()
                    .positions()
                    .offsetOfMaxTimestamp(stream.id(), start, floor)
                    .thenApply(committed -> committed.or(() -> inCache)); // committed batches precede cached ones
        }
    }

    /** Returns the payload bytes from {@code from} on: exact in the cache, an upper bound before it. */
    long bytesAvailable(long from) {
        if (from >= stream.tail().confirmOffset()) {
            return 0;
        }
        while (true) {
            long start = Math.max(from, stream.startOffset());
            Border border = new Border(stream.tail());
            long committed = 0;
            long cachedFrom = start;
            if (start < border.cached) {
                StreamMetadata metadata = OpenStreams.require(services.view(), stream.id());
                committed = CommittedBytes.from(metadata, start);
                cachedFrom = Math.max(border.cached, metadata.committedEnd());
            }
            if (cachedFrom >= border.confirmed) {
                return committed;
            }
            long cached = TailPositions.payloadBytes(border.runs, cachedFrom, border.confirmed);
            if (cached != TailPositions.EVICTED) {
                return committed + cached;
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
