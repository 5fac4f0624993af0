package io.s3stream.core.cache;

import io.netty.buffer.ByteBuf;
import io.s3stream.core.memory.References;
import io.s3stream.layout.BlockEntry;
import java.nio.ByteBuffer;

/**
 * A verified data block in memory. One reference belongs to the cache while it is in it, one to each lease. The memory
 * may be shared with the other blocks that came in the same read.
 */
public final class CachedBlock {

    private final BlockEntry entry;
    private final ByteBuf memory;
    private final ByteBuffer bytes;
    private final int[] places;
    private final References references = new References();
    private Runnable gone = () -> {};

    /**
     * @param memory exactly the block; the one reference it comes with passes to the block
     * @param places where each of its batches begins
     */
    public CachedBlock(BlockEntry entry, ByteBuf memory, int[] places) {
        this.entry = entry;
        this.memory = memory;
        this.places = places;
        this.bytes = memory.nioBuffer().asReadOnlyBuffer();
    }

    public BlockEntry entry() {
        return entry;
    }

    /** Read-only, for absolute access from 0 to its limit. */
    public ByteBuffer bytes() {
        return bytes;
    }

    public int batches() {
        return places.length;
    }

    /** Where batch {@code index} begins; of one past the last, where the block ends. */
    public int place(int index) {
        return index == places.length ? entry.size() : places[index];
    }

    /** Runs when the last reference is given back; to be set before the block is shared. */
    void whenGone(Runnable action) {
        gone = action;
    }

    public boolean retainIfAlive() {
        return references.retainIfAlive();
    }

    public void release() {
        if (references.release()) {
            gone.run();
            memory.release();
        }
    }
}
