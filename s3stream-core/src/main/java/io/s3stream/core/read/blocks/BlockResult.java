package io.s3stream.core.read.blocks;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.memory.ReadLeases;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicBoolean;

/** Batches in data blocks. Holds a reference on each block until {@link #close}. Views are created on request. */
public final class BlockResult implements FetchResult {

    private final List<BlockBatches.Part> parts;
    private final long nextOffset;
    private final long payloadBytes;
    private final ReadLeases.Lease lease;
    private final List<FetchedBatch> batches;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param parts the result owns their blocks' references
     * @param lease on their buffers; the result owns it
     */
    BlockResult(List<BlockBatches.Part> parts, long nextOffset, long payloadBytes, ReadLeases.Lease lease) {
        this.lease = lease;
        this.parts = parts;
        this.nextOffset = nextOffset;
        this.payloadBytes = payloadBytes;
        this.batches = new Batches();
    }

    @Override
    public List<FetchedBatch> batches() {
        return batches;
    }

    @Override
    public long nextOffset() {
        return nextOffset;
    }

    public long payloadBytes() {
        return payloadBytes;
    }

    @Override
    public void close() {
        StackRoom.require();
        if (closed.compareAndSet(false, true)) {
            for (BlockBatches.Part part : parts) {
                part.block().release();
            }
            lease.close();
        }
    }

    private final class Batches extends AbstractList<FetchedBatch> implements RandomAccess {

        private final int size;

        Batches() {
            int batches = 0;
            for (BlockBatches.Part part : parts) {
                batches += part.end() - part.first();
            }
            size = batches;
        }

        @Override
        public FetchedBatch get(int index) {
            if (index < 0 || index >= size) {
                throw new IndexOutOfBoundsException("batch " + index + " of " + size);
            }
            if (closed.get()) {
                throw new IllegalStateException("batch " + index + " was asked for after its FetchResult was closed");
            }
            int at = index;
            for (BlockBatches.Part part : parts) {
                int here = part.end() - part.first();
                if (at < here) {
                    CachedBlock block = part.block();
                    return BatchViews.of(block.bytes(), block.place(part.first() + at));
                }
                at -= here;
            }
            throw new IllegalStateException("the parts changed");
        }

        @Override
        public int size() {
            return size;
        }
    }
}
