package io.s3stream.core.read.ahead;

import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.read.blocks.BlockLoader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A chunk in flight or arrived, with a reference on each block. Its charge is guarded by the lock of {@link ReadAhead}.
 */
public final class HeldChunk {

    public final Chunk chunk;
    public final CompletableFuture<List<CachedBlock>> loaded = new CompletableFuture<>();
    private final long missing;
    /** Copies of the blocks in buffers of their own; changes only while the reader has the chunk ahead and is not busy. */
    private volatile @Nullable List<CachedBlock> moved;
    /** The reader that has the chunk ahead; null after it was removed. */
    @Nullable
    Cursor owner;

    /** The GET of several readers that brings it; null if it has a buffer of its own. */
    @Nullable
    JoinedRead joined;

    private long inFlight;
    private long arrived;

    /**
     * @param missing bytes that this chunk alone brings into memory
     * @param charge while it is in flight
     */
    HeldChunk(Chunk chunk, long missing, long charge) {
        this.chunk = chunk;
        this.missing = missing;
        this.inFlight = charge;
    }

    /** Returns the bytes that this chunk alone brings into memory. */
    long bytesBrought() {
        return missing;
    }

    long bytesInFlight() {
        return inFlight;
    }

    long bytesArrived() {
        return arrived;
    }

    /** Changes the charge from that of a request to the memory that the chunk holds. */
    void arrive(boolean successful) {
        inFlight = 0;
        arrived = successful ? missing : 0;
    }

    /** Returns whether the blocks may be replaced: they have arrived, and no fetch uses them. */
    boolean isMovable() {
        return isHere() && owner != null && !owner.busy;
    }

    /** Returns the blocks; the chunk has arrived. */
    public List<CachedBlock> blocks() {
        List<CachedBlock> copies = moved;
        return copies == null ? loaded.join() : copies;
    }

    /** Replaces the blocks by copies, and returns the former ones with their references. */
    List<CachedBlock> replaceBlocks(List<CachedBlock> copies) {
        List<CachedBlock> former = blocks();
        moved = copies;
        return former;
    }

    public boolean isHere() {
        return loaded.isDone() && !loaded.isCompletedExceptionally();
    }

    /** Leaves the blocks to the cache, now or when they arrive. */
    void keep(BlockLoader loader) {
        loaded.thenAccept(arrivedBlocks -> blocks().forEach(block -> {
            loader.keep(chunk.object(), block);
            block.release();
        }));
    }

    /** Releases the blocks, now or when they arrive. */
    void release() {
        loaded.thenAccept(arrivedBlocks -> blocks().forEach(CachedBlock::release));
    }
}
