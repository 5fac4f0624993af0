package io.s3stream.core.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.s3stream.core.memory.ReadBuffer;
import io.s3stream.core.memory.References;
import io.s3stream.layout.BlockEntry;
import java.nio.ByteBuffer;

/**
 * A verified data block in memory. The cache holds one reference, and so does each lease. The block may share its
 * buffer with other blocks of the same read.
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
     * @param memory exactly the block; its one reference passes to the block
     * @param buffer the read buffer that contains the memory
     * @param places the position of each batch in the block
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

    /** Returns the buffer that stays in memory as long as the block. */
    public ReadBuffer buffer() {
        return buffer;
    }

    /** Returns whether the buffer contains other blocks. */
    boolean sharesBuffer() {
        return buffer.bytes() > entry.size();
    }

    /** Returns a copy of the block in its own buffer. The caller owns its one reference. */
    CachedBlock alone() {
        ByteBuf copy = memory.alloc().buffer(entry.size(), entry.size());
        copy.writeBytes(memory, memory.readerIndex(), entry.size());
        return new CachedBlock(entry, copy, new ReadBuffer(entry.size()), places);
    }

    /** Returns a heap copy of the batches {@code [first, end)}. The caller owns its one reference. */
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

    /** Returns the block read-only, for absolute access from 0 to its limit. */
    public ByteBuffer bytes() {
        return bytes;
    }

    public int batches() {
        return places.length;
    }

    /**
     * Returns the position of batch {@code index}. For the index after the last batch, returns the end of the block.
     */
    public int place(int index) {
        return index == places.length ? entry.size() : places[index];
    }

    /** Sets an action to run when the last reference is released. Must be called before the block is shared. */
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
