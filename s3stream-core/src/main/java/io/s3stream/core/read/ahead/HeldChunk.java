package io.s3stream.core.read.ahead;

import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.read.blocks.BlockLoader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A chunk on its way or here, with a reference on each block. What it is charged is guarded by the lock of {@link
 * ReadAhead}.
 */
public final class HeldChunk {

    public final Chunk chunk;
    public final CompletableFuture<List<CachedBlock>> loaded = new CompletableFuture<>();
    private final long missing;
    /** The reader that has it ahead; it may have gone. */
    @Nullable
    Cursor owner;

    private long onTheWay;
    private long here;

    /**
     * @param missing bytes of it that nobody else has in memory
     * @param charge for as long as it is on its way
     */
    HeldChunk(Chunk chunk, long missing, long charge) {
        this.chunk = chunk;
        this.missing = missing;
        this.onTheWay = charge;
    }

    long bytesOnTheWay() {
        return onTheWay;
    }

    long bytesHere() {
        return here;
    }

    /** From now on it is charged for what it holds. */
    void arrive(boolean successful) {
        onTheWay = 0;
        here = successful ? missing : 0;
    }

    public boolean isHere() {
        return loaded.isDone() && !loaded.isCompletedExceptionally();
    }

    /** Leaves the blocks to the cache, now or when they arrive. */
    void keep(BlockLoader loader) {
        loaded.thenAccept(blocks -> blocks.forEach(block -> {
            loader.keep(chunk.object(), block);
            block.release();
        }));
    }

    /** Lets go of the blocks, now or when they arrive. */
    void release() {
        loaded.thenAccept(blocks -> blocks.forEach(CachedBlock::release));
    }
}
