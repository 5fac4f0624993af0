package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the batches of one fetch from data blocks, holding each block they are in. Used by one thread at a time. */
final class BlockBatches {

    /** Where in a block a fetch ended, so that the next one need not search. */
    record Place(CachedBlock block, long offset, int at) {}

    private final long start;
    private final long end;
    private final int maxBytes;
    private final List<FetchedBatch> batches = new ArrayList<>();
    private final List<CachedBlock> held = new ArrayList<>(2);
    private long bytes;
    private @Nullable Place place;

    BlockBatches(long start, long end, int maxBytes) {
        this.start = start;
        this.end = end;
        this.maxBytes = maxBytes;
    }

    /**
     * Adds what is wanted of a block that the caller holds a reference on.
     *
     * @param stop the first offset that is not to be taken from here, whatever the block has
     * @param from where the fetch before this one ended, or null
     */
    void add(CachedBlock block, long stop, @Nullable Place from) {
        ByteBuffer memory = block.bytes();
        int before = batches.size();
        int at = from != null && from.block() == block && from.offset() == nextOffset()
                ? from.at()
                : BlockFormat.HEADER_BYTES;
        while (at < memory.limit() && !isFull() && RecordFormat.baseOffset(memory, at) < Math.min(end, stop)) {
            if (RecordFormat.endOffset(memory, at) > start) {
                batches.add(BatchViews.of(memory, at));
                bytes += RecordFormat.payloadBytes(memory, at);
            }
            at += RecordFormat.encodedBytes(RecordFormat.payloadBytes(memory, at));
        }
        if (batches.size() > before) {
            if (!block.retainIfAlive()) {
                throw new IllegalStateException("a block was read that nobody held");
            }
            held.add(block);
            place = new Place(block, nextOffset(), at);
        }
    }

    /** Whether there is all that is wanted: the bytes, and one batch at least, or the end. */
    boolean isFull() {
        return !batches.isEmpty() && (bytes >= maxBytes || nextOffset() >= end);
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    long nextOffset() {
        return batches.isEmpty() ? start : batches.get(batches.size() - 1).endOffset();
    }

    /** Where the last batch ended; null when there is none. */
    @Nullable
    Place place() {
        return place;
    }

    FetchResult result() {
        return new LeasedResult(batches, nextOffset(), () -> held.forEach(CachedBlock::release));
    }
}
