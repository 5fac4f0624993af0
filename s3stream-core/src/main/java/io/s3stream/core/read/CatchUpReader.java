package io.s3stream.core.read;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.memory.ReadLeases;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.read.ahead.Cursor;
import io.s3stream.core.read.ahead.HeldChunk;
import io.s3stream.core.read.ahead.ReadAhead;
import io.s3stream.core.read.blocks.BlockBatches;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.BlockResult;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads committed data. It uses data that was {@linkplain ReadAhead read ahead}. Otherwise it finds the range in the
 * metadata, then the object's index, then reads exactly the requested blocks. Thread-safe; stateless.
 */
final class CatchUpReader {

    private final ObjectLookup lookup;
    private final IndexLoader indexes;
    private final BlockLoader blocks;
    private final ReadAhead readAhead;
    private final ReadLeases leases;
    private final ReadMetrics metrics;

    CatchUpReader(
            MetadataClient metadata,
            IndexLoader indexes,
            BlockLoader blocks,
            ReadAhead readAhead,
            ReadLeases leases,
            ReadMetrics metrics) {
        this.leases = leases;
        this.lookup = new ObjectLookup(metadata);
        this.indexes = indexes;
        this.blocks = blocks;
        this.readAhead = readAhead;
        this.metrics = metrics;
    }

    /**
     * Reads from {@code start}, which is committed and not trimmed. Returns data that is in memory or in one object, so
     * it may return less than the limit.
     *
     * @return completes on a verifying thread, or the caller's
     * @throws StoreBusyException if the stream has too many unclosed results
     */
    CompletableFuture<BlockResult> read(long streamId, long start, ReadLimit limit) {
        leases.check(streamId);
        long begun = metrics.now();
        Cursor cursor = readAhead.begin(streamId, start, limit.end(), limit.maxBytes());
        CompletableFuture<BlockResult> answer;
        try {
            answer = readWith(cursor, start, limit);
        } catch (RuntimeException | Error e) {
            readAhead.finish(cursor, start, false); // otherwise the cursor would stay busy forever
            throw e;
        }
        return answer.whenComplete((result, error) -> {
            readAhead.finish(cursor, error == null ? result.nextOffset() : start, error == null);
            if (error == null) {
                metrics.catchUpFetched(begun, result.payloadBytes());
            }
        });
    }

    private CompletableFuture<BlockResult> readWith(Cursor cursor, long start, ReadLimit limit) {
        List<HeldChunk> chunks = readAhead.chunks(cursor);
        if (chunks.isEmpty()) {
            return readNow(cursor.streamId, start, limit);
        }
        return chunks.get(0)
                .loaded
                .handle((first, error) -> {
                    BlockBatches found = new BlockBatches(start, limit);
                    if (error == null) {
                        collect(chunks, cursor, found);
                    } else {
                        readAhead.discard(cursor); // the plain read reports the problem if it persists
                    }
                    return found.isEmpty() && !found.isFull()
                            ? readNow(cursor.streamId, start, limit)
                            : CompletableFuture.completedFuture(found.result(cursor.streamId, leases));
                })
                .thenCompose(result -> result);
    }

    /** Collects batches from consecutive chunks that have arrived. */
    private static void collect(List<HeldChunk> chunks, Cursor cursor, BlockBatches found) {
        for (HeldChunk held : chunks) {
            if (!held.isHere() || found.isFull()) {
                break;
            }
            for (CachedBlock block : held.blocks()) {
                if (found.isFull()) {
                    break;
                }
                if (block.entry().endOffset() > found.nextOffset()) {
                    found.add(block, held.chunk.end(), cursor.place);
                }
            }
        }
        cursor.place = found.place();
    }

    private CompletableFuture<BlockResult> readNow(long streamId, long start, ReadLimit limit) {
        return lookup.read(streamId, "offset=" + start, attempt -> read(attempt, start, limit));
    }

    private CompletableFuture<BlockResult> read(ObjectLookup.Attempt attempt, long start, ReadLimit limit) {
        StreamMetadata stream = attempt.stream();
        long streamId = stream.id();
        if (start < stream.startOffset()) {
            return CompletableFuture.failedFuture(
                    new OffsetOutOfRangeException(streamId, start, stream.startOffset(), stream.committedEnd()));
        }
        RangeList.Range range = stream.ranges().get(attempt.indexOf(start));
        ObjectMetadata object = attempt.objectOf(range);
        long stop = Math.min(limit.end(), range.end());
        return indexes.load(object, streamId).thenCompose(index -> {
            List<BlockEntry> wanted = select(index, streamId, start, stop, limit.maxBytes());
            if (wanted.isEmpty()) {
                throw new CorruptedDataException(
                        "object=" + object.key() + ": its index does not have stream=" + streamId + " offset=" + start);
            }
            return blocks.load(object, wanted).thenApply(found -> {
                BlockBatches batches = new BlockBatches(start, limit.until(stop));
                found.forEach(block -> batches.add(block, stop, null));
                found.forEach(CachedBlock::release);
                return batches.result(streamId, leases);
            });
        });
    }

    /** Returns the blocks with {@code maxBytes} from {@code start} on, up to the maximum size of a read. */
    private static List<BlockEntry> select(ObjectIndex index, long streamId, long start, long stop, int maxBytes) {
        int from = index.find(streamId, start);
        if (from < 0) {
            return List.of();
        }
        int to = from;
        long bytes = 0;
        while (to < index.entries().size() && (to == from || bytes < Math.min(maxBytes, BlockLoader.MAX_READ_BYTES))) {
            BlockEntry entry = index.entries().get(to);
            if (entry.streamId() != streamId || (to > from && entry.baseOffset() >= stop)) {
                break;
            }
            // Only the part of the first block from start on counts, and its size is unknown here. So the result may be
            // shorter than maxBytes.
            bytes += to == from && entry.baseOffset() < start ? 0 : entry.size();
            to++;
        }
        return index.entries().subList(from, to);
    }
}
