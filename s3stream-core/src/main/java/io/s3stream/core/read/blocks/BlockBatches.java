package io.s3stream.core.read.blocks;

import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.memory.ReadBuffer;
import io.s3stream.core.memory.ReadLeases;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the batches of one fetch from data blocks, holding each block they are in. Looks at no batch that it need not
 * look at: where they begin is known since they were verified. Used by one thread at a time.
 */
public final class BlockBatches {

    /** Where in a block a fetch ended, so that the next one need not search. */
    public record Place(CachedBlock block, long offset, int batch) {}

    /** Batches {@code [first, end)} of a block. */
    record Part(CachedBlock block, int first, int end) {

        /** The part in memory of its own; gives the reference on the block back. */
        Part copied() {
            CachedBlock copy = block.copyOf(first, end);
            block.release();
            return new Part(copy, 0, end - first);
        }

        int payloadBytes() {
            return BlockBatches.payloadBytes(block, first, end);
        }
    }

    private final long end;
    private final int maxBytes;
    private final List<Part> parts = new ArrayList<>(2);
    private long nextOffset;
    private long bytes;
    private @Nullable Place place;

    public BlockBatches(long start, long end, int maxBytes) {
        this.end = end;
        this.maxBytes = maxBytes;
        this.nextOffset = start;
    }

    /**
     * Adds what is wanted of a block that the caller holds a reference on.
     *
     * @param stop the first offset that is not to be taken from here, whatever the block has
     * @param from where the fetch before this one ended, or null
     */
    public void add(CachedBlock block, long stop, @Nullable Place from) {
        long limit = Math.min(end, stop);
        if (isFull() || nextOffset >= limit || nextOffset >= block.entry().endOffset()) {
            return;
        }
        int first = from != null && from.block() == block && from.offset() == nextOffset
                ? from.batch()
                : lastAtOrBelow(block, nextOffset);
        int last = firstReaching(block, first, maxBytes - bytes);
        if (endOffset(block, last) > limit) {
            last = lastAtOrBelow(block, limit - 1) + 1;
        }
        if (!block.retainIfAlive()) {
            throw new IllegalStateException("a block was read that nobody held");
        }
        Part part = new Part(block, first, last);
        parts.add(part);
        bytes += part.payloadBytes();
        nextOffset = endOffset(block, last);
        place = new Place(block, nextOffset, last);
    }

    /** The last batch that begins at or below {@code offset}; the first one if none does. */
    private static int lastAtOrBelow(CachedBlock block, long offset) {
        ByteBuffer memory = block.bytes();
        int low = 0;
        int high = offset < block.entry().baseOffset() ? 1 : block.batches();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (RecordFormat.baseOffset(memory, block.place(middle)) <= offset) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Past the batch by which batches from {@code first} on have so many bytes of payload, or past the last one. */
    private static int firstReaching(CachedBlock block, int first, long payloadBytes) {
        int low = first + 1;
        int high = block.batches();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (payloadBytes(block, first, middle) >= payloadBytes) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static int payloadBytes(CachedBlock block, int first, int end) {
        return block.place(end) - block.place(first) - (end - first) * RecordFormat.HEADER_BYTES;
    }

    /** The offset behind the batches before {@code end}: batches of a block are contiguous. */
    private static long endOffset(CachedBlock block, int end) {
        return end == block.batches()
                ? block.entry().endOffset()
                : RecordFormat.baseOffset(block.bytes(), block.place(end));
    }

    /** Whether there is all that is wanted: the bytes, and one batch at least, or the end. */
    public boolean isFull() {
        return !isEmpty() && (bytes >= maxBytes || nextOffset >= end);
    }

    public boolean isEmpty() {
        return parts.isEmpty();
    }

    public long nextOffset() {
        return nextOffset;
    }

    /** Where the last batch ended; null when there is none. */
    @Nullable
    public Place place() {
        return place;
    }

    /**
     * The result, which pins the buffers of its blocks as long as the budget for leases allows, and else is a copy.
     *
     * @throws StoreBusyException if the stream has too many unclosed results; nothing is held then
     */
    public BlockResult result(long streamId, ReadLeases leases) {
        Set<ReadBuffer> buffers = new HashSet<>();
        parts.forEach(part -> buffers.add(part.block().buffer()));
        try {
            ReadLeases.Lease lease = leases.open(streamId, buffers);
            if (lease.isCopy()) {
                parts.replaceAll(Part::copied);
            }
            return new BlockResult(parts, nextOffset, bytes, lease);
        } catch (StoreBusyException e) {
            parts.forEach(part -> part.block().release());
            throw e;
        }
    }
}
