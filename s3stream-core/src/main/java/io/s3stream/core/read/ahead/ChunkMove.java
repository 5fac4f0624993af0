package io.s3stream.core.read.ahead;

import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.read.blocks.BlockLoader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves an arrived chunk from the buffer of a joined read to buffers of its own, so that the joined buffer can be freed.
 * Holds a reference on each block until it ends. {@link ReadAhead} decides on it and ends it under its lock, and copies
 * without the lock.
 */
final class ChunkMove {

    final HeldChunk held;
    private final List<CachedBlock> blocks;
    private List<CachedBlock> toRelease = List.of();

    private ChunkMove(HeldChunk held, List<CachedBlock> blocks) {
        this.held = held;
        this.blocks = blocks;
    }

    /** Begins the move of a {@linkplain HeldChunk#isMovable movable} chunk. */
    static ChunkMove of(HeldChunk held) {
        List<CachedBlock> blocks = held.blocks();
        for (CachedBlock block : blocks) {
            if (!block.retainIfAlive()) {
                throw new IllegalStateException("a chunk is held without a reference on its blocks");
            }
        }
        return new ChunkMove(held, blocks);
    }

    /** Returns a copy of each block; null if there is no memory for them. */
    @Nullable
    List<CachedBlock> copy(BlockLoader loader) {
        return loader.copies(held.chunk.object(), blocks);
    }

    /**
     * Replaces the blocks by their copies, unless the reader has taken or dropped the chunk since.
     *
     * @return whether the chunk left the joined buffer
     */
    boolean end(@Nullable List<CachedBlock> copies) {
        boolean moves = copies != null && held.joined != null && held.isMovable();
        if (copies != null) {
            toRelease = moves ? held.replaceBlocks(copies) : copies;
        }
        return moves;
    }

    /** Releases the blocks that are no longer held. Without the lock. */
    void release() {
        toRelease.forEach(CachedBlock::release);
        blocks.forEach(CachedBlock::release);
    }
}
