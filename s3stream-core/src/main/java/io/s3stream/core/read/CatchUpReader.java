package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.storage.ObjectStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed data from object storage: ranges from the metadata, then the object's index, then its blocks. Reads
 * ahead a fixed number of bytes behind what was asked for. Thread-safe, without state of its own.
 */
public final class CatchUpReader {

    private final MetadataClient metadata;
    private final IndexLoader indexes;
    private final BlockLoader blocks;
    private final int readAheadBytes;

    public CatchUpReader(
            MetadataClient metadata,
            ObjectStorage storage,
            IndexCache indexCache,
            BlockLoader blocks,
            int readAheadBytes) {
        this.metadata = metadata;
        this.indexes = new IndexLoader(storage, indexCache);
        this.blocks = blocks;
        this.readAheadBytes = readAheadBytes;
    }

    /**
     * Reads from {@code start}, which is committed and not trimmed, to the end of the range that holds it at most.
     *
     * @return completes on a thread of the storage, or the caller's
     */
    public CompletableFuture<FetchResult> read(long streamId, long start, long end, int maxBytes) {
        return read(streamId, start, end, maxBytes, null);
    }

    /** An object that is gone is looked up once more in fresh metadata; named there again, it is lost [R20]. */
    private CompletableFuture<FetchResult> read(
            long streamId, long start, long end, int maxBytes, @Nullable ObjectMissingException missedBefore) {
        return attempt(streamId, start, end, maxBytes, missedBefore)
                .handle((result, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(result);
                    }
                    if (Failures.unwrap(error) instanceof ObjectMissingException missing) {
                        return metadata.refresh().thenCompose(view -> read(streamId, start, end, maxBytes, missing));
                    }
                    return CompletableFuture.<FetchResult>failedFuture(Failures.asStreamException(
                            "stream=" + streamId + " offset=" + start + ": read failed", error));
                })
                .thenCompose(future -> future);
    }

    private CompletableFuture<FetchResult> attempt(
            long streamId, long start, long end, int maxBytes, @Nullable ObjectMissingException missedBefore) {
        StreamMetadata stream = metadata.view().stream(streamId);
        if (stream == null) {
            return CompletableFuture.failedFuture(new StreamNotFoundException("stream=" + streamId + " was deleted"));
        }
        if (start < stream.startOffset()) {
            return CompletableFuture.failedFuture(
                    new OffsetOutOfRangeException(streamId, start, stream.startOffset(), stream.committedEnd()));
        }
        int at = stream.ranges().indexOf(start);
        if (at < 0) {
            return CompletableFuture.failedFuture(new CorruptedDataException("stream=" + streamId + " offset=" + start
                    + ": no range holds it, although [" + stream.startOffset() + ", " + stream.committedEnd()
                    + ") is committed"));
        }
        RangeList.Range range = stream.ranges().get(at);
        ObjectMetadata object = metadata.view().object(range.objectId());
        if (object == null || (missedBefore != null && missedBefore.key().equals(object.key()))) {
            return CompletableFuture.failedFuture(new CorruptedDataException("stream=" + streamId + " offset=" + start
                    + " object=" + (object == null ? range.objectId() : object.key())
                    + ": the metadata names it but it is not in object storage"));
        }
        return indexes.load(object).thenCompose(index -> {
            Selection selection = Selection.of(index, streamId, range, start, end, maxBytes);
            if (selection.wanted().isEmpty()) {
                throw new CorruptedDataException(
                        "object=" + object.key() + ": its index does not have stream=" + streamId + " offset=" + start);
            }
            CompletableFuture<List<CachedBlock>> loaded = blocks.load(object, selection.wanted());
            if (readAheadBytes > 0) {
                blocks.prefetch(object, selection.ahead(readAheadBytes));
            }
            return loaded.thenApply(found -> collect(found, start, Math.min(end, range.end()), maxBytes));
        });
    }

    /** The batches of the blocks from the one that contains {@code start}. */
    private static FetchResult collect(List<CachedBlock> found, long start, long end, int maxBytes) {
        List<FetchedBatch> batches = new ArrayList<>();
        long bytes = 0;
        for (CachedBlock block : found) {
            ByteBuffer memory = block.bytes();
            int at = BlockFormat.HEADER_BYTES;
            while (at < memory.limit()) {
                boolean full = !batches.isEmpty() && bytes >= maxBytes;
                if (full || RecordFormat.baseOffset(memory, at) >= end) {
                    break;
                }
                if (RecordFormat.endOffset(memory, at) > start) {
                    batches.add(BatchViews.of(memory, at));
                    bytes += RecordFormat.payloadBytes(memory, at);
                }
                at += RecordFormat.encodedBytes(RecordFormat.payloadBytes(memory, at));
            }
        }
        long next = batches.isEmpty() ? start : batches.get(batches.size() - 1).endOffset();
        return new LeasedResult(batches, next, () -> found.forEach(CachedBlock::release));
    }

    /** Which blocks of one range to read. */
    private record Selection(ObjectIndex index, long streamId, long rangeEnd, int from, int to) {

        static Selection of(
                ObjectIndex index, long streamId, RangeList.Range range, long start, long end, int maxBytes) {
            int from = index.find(streamId, start);
            if (from < 0) {
                return new Selection(index, streamId, range.end(), 0, 0);
            }
            int to = from;
            long bytes = 0;
            long stop = Math.min(end, range.end());
            while (to < index.entries().size() && (to == from || bytes < maxBytes)) {
                BlockEntry entry = index.entries().get(to);
                if (entry.streamId() != streamId || (to > from && entry.baseOffset() >= stop)) {
                    break;
                }
                // Of the first block only what follows start counts; unknown here, so it may come short, never long.
                bytes += to == from && entry.baseOffset() < start ? 0 : entry.size();
                to++;
            }
            return new Selection(index, streamId, range.end(), from, to);
        }

        List<BlockEntry> wanted() {
            return index.entries().subList(from, to);
        }

        List<BlockEntry> ahead(int maxBytes) {
            int until = to;
            long bytes = 0;
            while (until < index.entries().size()) {
                BlockEntry entry = index.entries().get(until);
                bytes += entry.size();
                if (entry.streamId() != streamId || entry.baseOffset() >= rangeEnd || bytes > maxBytes) {
                    break;
                }
                until++;
            }
            return index.entries().subList(to, until);
        }
    }
}
