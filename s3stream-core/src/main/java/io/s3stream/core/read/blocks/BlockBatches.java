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
 * Collects the batches of one fetch from data blocks and holds a reference on each block. It scans no batches: their
 * places are known since the block was verified. Used by one thread at a time.
 */
public final class BlockBatches {

    /** The place in a block where a fetch ended, so that the next one need not search. */
    public record Place(CachedBlock block, long offset, int batch) {}

    /** Batches {@code [first, end)} of a block. */
    record Part(CachedBlock block, int first, int end) {

        /** Returns the part in its own memory and releases the reference on the block. */
        Part copied() {
            CachedBlock copy = block.copyOf(first, end);
            block.release();
            return new Part(copy, 0, end - first);
        }

        int payloadBytes() {
            return BlockBatches.payloadBytes(block, first, end);
        }
    }

    private final ReadLimit limit;
    private final List<Part> parts = new ArrayList<>(2);
    private long nextOffset;
    private long bytes;
    /** Whether the limit refused a batch. */
    private boolean hasRefused;

    private @Nullable Place place;

    public BlockBatches(long start, ReadLimit limit) {
        this.limit = limit;
        this.nextOffset = start;
    }

    /**
     * Adds the requested batches of a block; the caller holds a reference on it.
     *
     * @param stop the first offset that must not be read from this block
     * @param from where the previous fetch ended, or null
     */
    public void add(CachedBlock block, long stop, @Nullable Place from) {
        long end = Math.min(limit.end(), stop);
        if (isFull() || nextOffset >= end || nextOffset >= block.entry().endOffset()) {
            return;
        }
        int first = from != null && from.block() == block && from.offset() == nextOffset
                ? from.batch()
                : lastAtOrBelow(block, nextOffset);
        int most = block.entry().endOffset() > end ? lastAtOrBelow(block, end - 1) + 1 : block.batches();
        int last = lastAdmitted(block, first, most);
        if (last == first) {
            return;
        }
        if (!block.retainIfAlive()) {
            throw new IllegalStateException("a block was read without a reference on it");
        }
        Part part = new Part(block, first, last);
        parts.add(part);
        bytes += part.payloadBytes();
        nextOffset = endOffset(block, last);
        place = new Place(block, nextOffset, last);
    }

    /** Returns the last batch that begins at or below {@code offset}; the first one if there is none. */
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

    /** Returns the end of the batches {@code [first, most)} that the limit admits; {@code first} if it admits none. */
    private int lastAdmitted(CachedBlock block, int first, int most) {
        long left = limit.maxBytes() - bytes;
        if (!limit.isHard()) {
            return firstReaching(block, first, most, left);
        }
        int last = firstReaching(block, first, most, left + 1);
        if (payloadBytes(block, first, last) <= left) {
            return last;
        }
        hasRefused = true;
        return last == first + 1 && limit.admits(isEmpty(), bytes, payloadBytes(block, first, last)) ? last : last - 1;
    }

    /**
     * Returns the end of the fewest batches from {@code first} on with {@code payloadBytes} of payload, or {@code most}.
     */
    private static int firstReaching(CachedBlock block, int first, int most, long payloadBytes) {
        int low = first + 1;
        int high = most;
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

    /** Returns the offset after the batches before {@code end}: batches of a block are contiguous. */
    private static long endOffset(CachedBlock block, int end) {
        return end == block.batches()
                ? block.entry().endOffset()
                : RecordFormat.baseOffset(block.bytes(), block.place(end));
    }

    /** Returns whether the fetch is complete: it has reached the end or a limit of bytes. */
    public boolean isFull() {
        return hasRefused || (!isEmpty() && (limit.isReachedBy(bytes) || nextOffset >= limit.end()));
    }

    public boolean isEmpty() {
        return parts.isEmpty();
    }

    public long nextOffset() {
        return nextOffset;
    }

    /** Returns where the last batch ended; null if there is none. */
    @Nullable
    public Place place() {
        return place;
    }

    /**
     * Returns the result. It pins the buffers of its blocks while the budget for leases allows, and otherwise is a
     * copy.
     *
     * @throws StoreBusyException if the stream has too many unclosed results; all references are released then
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
