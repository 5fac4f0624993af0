package io.s3stream.core.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.s3stream.core.memory.ReadBuffer;
import io.s3stream.core.memory.References;
import io.s3stream.layout.BlockEntry;
import java.nio.ByteBuffer;

/**
 * A verified data block in memory. One reference belongs to the cache while it is in it, one to each lease. The block may
 * share its buffer with the other blocks that came in the same read.
 */
public final class CachedBlock {

    private final BlockEntry entry;
    private final ByteBuf memory;
    private final ReadBuffer buffer;
    private final ByteBuffer bytes;
    private final int[] places;
    private final References references = new References();
    private Runnable gone = () -> {};

    /**
     * @param memory exactly the block; the one reference it comes with passes to the block
     * @param buffer that the memory is a part of
     * @param places where each of its batches begins
     */
    public CachedBlock(BlockEntry entry, ByteBuf memory, ReadBuffer buffer, int[] places) {
        this.entry = entry;
        this.memory = memory;
        this.buffer = buffer;
        this.places = places;
        this.bytes = memory.nioBuffer().asReadOnlyBuffer();
    }

    public BlockEntry entry() {
        return entry;
    }

    /** The buffer that stays in memory as long as the block. */
    public ReadBuffer buffer() {
        return buffer;
    }

    /** Whether other blocks are in the same buffer. */
    boolean sharesBuffer() {
        return buffer.bytes() > entry.size();
    }

    /** A copy of the block in a buffer of its own, with one reference, which is the caller's. */
    CachedBlock alone() {
        ByteBuf copy = memory.alloc().buffer(entry.size(), entry.size());
        copy.writeBytes(memory, memory.readerIndex(), entry.size());
        return new CachedBlock(entry, copy, new ReadBuffer(entry.size()), places);
    }

    /** A copy of the batches {@code [first, end)} on the heap, with one reference, which is the caller's. */
    public CachedBlock copyOf(int first, int end) {
        int from = place(first);
        byte[] copy = new byte[place(end) - from];
        bytes.get(from, copy);
        int[] moved = new int[end - first];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = places[first + i] - from;
        }
        return new CachedBlock(entry, Unpooled.wrappedBuffer(copy), new ReadBuffer(copy.length), moved);
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
