package io.s3stream.core.read;

import io.s3stream.api.StreamReader.TimestampedOffset;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Finds positions by time, and sizes, in committed data. The ranges in the metadata give the object, its index gives
 * the block, and the block gives the batch. Reads one block for a timestamp, at most two for a size, and at most three
 * for the greatest timestamp. Thread-safe; stateless.
 */
public final class PositionReader {

    private final ObjectLookup lookup;
    private final IndexLoader indexes;
    private final BlockLoader blocks;

    PositionReader(MetadataClient metadata, IndexLoader indexes, BlockLoader blocks) {
        this.lookup = new ObjectLookup(metadata);
        this.indexes = indexes;
        this.blocks = blocks;
    }

    /**
     * Finds the first committed, untrimmed batch with an offset in {@code [from, until)} whose max timestamp is at
     * least {@code timestamp}. Returns its base offset. If {@code from} or the start offset lies inside that batch,
     * returns that offset.
     *
     * @return completes on a thread of the storage or of the read path, or the caller's
     */
    public CompletableFuture<OptionalLong> offsetForTimestamp(long streamId, long from, long until, long timestamp) {
        return lookup.read(streamId, "timestamp=" + timestamp, attempt -> search(attempt, from, until, timestamp));
    }

    private CompletableFuture<OptionalLong> search(
            ObjectLookup.Attempt attempt, long from, long until, long timestamp) {
        StreamMetadata stream = attempt.stream();
        long start = Math.max(from, stream.startOffset());
        long end = Math.min(until, stream.committedEnd());
        if (start >= end) {
            return CompletableFuture.completedFuture(OptionalLong.empty());
        }
        int at = stream.ranges().firstReaching(attempt.indexOf(start), timestamp);
        if (at < 0 || stream.ranges().get(at).start() >= end) {
            return CompletableFuture.completedFuture(OptionalLong.empty());
        }
        RangeList.Range range = stream.ranges().get(at);
        Extent extent = new Extent(Math.max(start, range.start()), Math.min(end, range.end()));
        ObjectMetadata object = attempt.objectOf(range);
        return indexes.load(object, stream.id()).thenCompose(index -> {
            int found = index.firstReaching(index.slice(stream.id(), extent.from(), extent.to()), timestamp);
            if (found < 0) { // the batches that reach the timestamp in this range are trimmed
                return search(attempt, extent.to(), until, timestamp);
            }
            BlockEntry entry = index.entries().get(found);
            return withBlocks(object, List.of(entry), block -> extent.firstReaching(block.get(0), timestamp))
                    .thenCompose(offset -> offset.isPresent()
                            ? CompletableFuture.completedFuture(offset)
                            : search(attempt, Math.min(entry.endOffset(), extent.to()), until, timestamp));
        });
    }

    /**
     * Finds the first committed, untrimmed batch at or after {@code from} with the greatest max timestamp. Its offset is
     * its base offset, or {@code from} or the start offset if that lies inside it.
     *
     * @param floor batches below this timestamp are not needed
     * @return nothing if no batch reaches {@code floor}; completes as {@link #offsetForTimestamp} does
     */
    public CompletableFuture<Optional<TimestampedOffset>> offsetOfMaxTimestamp(long streamId, long from, long floor) {
        return lookup.read(streamId, "greatest timestamp", attempt -> searchGreatest(attempt, from, floor));
    }

    private CompletableFuture<Optional<TimestampedOffset>> searchGreatest(
            ObjectLookup.Attempt attempt, long from, long floor) {
        StreamMetadata stream = attempt.stream();
        long start = Math.max(from, stream.startOffset());
        if (start >= stream.committedEnd()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        int first = attempt.indexOf(start);
        RangeList.Range head = stream.ranges().get(first);
        long rest = stream.ranges().maxTimestamp(first + 1);
        if (Math.max(head.maxTimestamp(), rest) < floor) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        // The metadata are exact for all ranges except the first: its timestamp may be that of a trimmed batch.
        return head.maxTimestamp() <= rest
                ? found(attempt, start, rest)
                : greatestOf(attempt, head, new Extent(start, head.end())).thenCompose(ofHead -> {
                    long greatest = Math.max(ofHead, rest);
                    return greatest < floor
                            ? CompletableFuture.completedFuture(Optional.empty())
                            : found(attempt, start, greatest);
                });
    }

    private CompletableFuture<Optional<TimestampedOffset>> found(
            ObjectLookup.Attempt attempt, long start, long greatest) {
        return search(attempt, start, Long.MAX_VALUE, greatest).thenApply(offset -> {
            if (offset.isEmpty()) {
                throw new CorruptedDataException("stream=" + attempt.stream().id() + ": no batch from offset " + start
                        + " on has timestamp " + greatest + ", which the metadata or an index names");
            }
            return Optional.of(new TimestampedOffset(offset.getAsLong(), greatest));
        });
    }

    /** Returns the greatest timestamp of the batches of an extent. Reads its first and last block only if they decide. */
    private CompletableFuture<Long> greatestOf(ObjectLookup.Attempt attempt, RangeList.Range range, Extent extent) {
        ObjectMetadata object = attempt.objectOf(range);
        return indexes.load(object, attempt.stream().id()).thenCompose(index -> {
            ObjectIndex.Slice slice = sliceOf(attempt, object, index, extent);
            List<BlockEntry> cut = extent.cutBlocks(index, slice);
            long whole = index.entries().subList(slice.from(), slice.to()).stream()
                    .filter(entry -> !cut.contains(entry))
                    .mapToLong(BlockEntry::maxTimestamp)
                    .max()
                    .orElse(Long.MIN_VALUE);
            List<BlockEntry> deciding =
                    cut.stream().filter(entry -> entry.maxTimestamp() > whole).toList();
            return withBlocks(
                    object,
                    deciding,
                    found -> found.stream().mapToLong(extent::maxTimestamp).reduce(whole, Math::max));
        });
    }

    private static ObjectIndex.Slice sliceOf(
            ObjectLookup.Attempt attempt, ObjectMetadata object, ObjectIndex index, Extent extent) {
        ObjectIndex.Slice slice = index.slice(attempt.stream().id(), extent.from(), extent.to());
        if (slice.isEmpty()) {
            throw new CorruptedDataException("object=" + object.key() + ": its index does not have stream="
                    + attempt.stream().id() + " offsets " + extent);
        }
        return slice;
    }

    /**
     * Returns the bytes of the records of all batches with an offset in {@code [from, to)}, which must be committed and
     * not empty.
     *
     * @return completes on a thread of the storage or of the read path, or the caller's; fails with {@link
     *     OffsetOutOfRangeException} if {@code from} has been trimmed
     */
    public CompletableFuture<Long> recordBytes(long streamId, long from, long to) {
        return lookup.read(streamId, "size of [" + from + ", " + to + ")", attempt -> sum(attempt, from, to));
    }

    private CompletableFuture<Long> sum(ObjectLookup.Attempt attempt, long from, long to) {
        StreamMetadata stream = attempt.stream();
        if (from < stream.startOffset()) {
            return CompletableFuture.failedFuture(
                    new OffsetOutOfRangeException(stream.id(), from, stream.startOffset(), stream.committedEnd()));
        }
        RangeList ranges = stream.ranges();
        int first = attempt.indexOf(from);
        int last = attempt.indexOf(to - 1);
        if (first == last) {
            return bytesOf(attempt, ranges.get(first), new Extent(from, to));
        }
        long between = ranges.bytes(first + 1, last);
        RangeList.Range head = ranges.get(first);
        RangeList.Range tail = ranges.get(last);
        return bytesOf(attempt, head, new Extent(from, head.end()))
                .thenCombine(
                        bytesOf(attempt, tail, new Extent(tail.start(), to)),
                        (before, after) -> before + between + after);
    }

    private CompletableFuture<Long> bytesOf(ObjectLookup.Attempt attempt, RangeList.Range range, Extent extent) {
        if (extent.contains(range.start(), range.end())) {
            return CompletableFuture.completedFuture(range.bytes());
        }
        ObjectMetadata object = attempt.objectOf(range);
        return indexes.load(object, attempt.stream().id()).thenCompose(index -> {
            ObjectIndex.Slice slice = sliceOf(attempt, object, index, extent);
            long all = index.recordBytes(slice);
            return withBlocks(
                    object,
                    extent.cutBlocks(index, slice),
                    found ->
                            all - found.stream().mapToLong(extent::bytesOutside).sum());
        });
    }

    private <T> CompletableFuture<T> withBlocks(
            ObjectMetadata object, List<BlockEntry> wanted, Function<List<CachedBlock>, T> read) {
        return blocks.load(object, wanted).thenApply(found -> {
            try {
                return read.apply(found);
            } finally {
                found.forEach(CachedBlock::release);
            }
        });
    }

    /** Offsets {@code [from, to)}. */
    private record Extent(long from, long to) {

        boolean contains(long start, long end) {
            return start >= from && end <= to;
        }

        /** Returns the blocks of a slice that extend beyond it: the first and the last may. */
        List<BlockEntry> cutBlocks(ObjectIndex index, ObjectIndex.Slice slice) {
            BlockEntry first = index.entries().get(slice.from());
            BlockEntry last = index.entries().get(slice.to() - 1);
            List<BlockEntry> cut = new ArrayList<>(2);
            if (!contains(first.baseOffset(), first.endOffset())) {
                cut.add(first);
            }
            if (slice.to() - slice.from() > 1 && !contains(last.baseOffset(), last.endOffset())) {
                cut.add(last);
            }
            return cut;
        }

        OptionalLong firstReaching(CachedBlock block, long timestamp) {
            ByteBuffer memory = block.bytes();
            for (int at = BlockFormat.HEADER_BYTES; at < memory.limit(); at += recordBytes(memory, at)) {
                if (touches(memory, at) && RecordFormat.maxTimestamp(memory, at) >= timestamp) {
                    return OptionalLong.of(Math.max(from, RecordFormat.baseOffset(memory, at)));
                }
            }
            return OptionalLong.empty();
        }

        long maxTimestamp(CachedBlock block) {
            ByteBuffer memory = block.bytes();
            long greatest = Long.MIN_VALUE;
            for (int at = BlockFormat.HEADER_BYTES; at < memory.limit(); at += recordBytes(memory, at)) {
                if (touches(memory, at)) {
                    greatest = Math.max(greatest, RecordFormat.maxTimestamp(memory, at));
                }
            }
            return greatest;
        }

        long bytesOutside(CachedBlock block) {
            ByteBuffer memory = block.bytes();
            long bytes = 0;
            for (int at = BlockFormat.HEADER_BYTES; at < memory.limit(); at += recordBytes(memory, at)) {
                bytes += touches(memory, at) ? 0 : recordBytes(memory, at);
            }
            return bytes;
        }

        private boolean touches(ByteBuffer memory, int at) {
            return RecordFormat.endOffset(memory, at) > from && RecordFormat.baseOffset(memory, at) < to;
        }

        private static int recordBytes(ByteBuffer memory, int at) {
            return RecordFormat.encodedBytes(RecordFormat.payloadBytes(memory, at));
        }
    }
}
