package io.s3stream.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import org.jspecify.annotations.Nullable;

/** Data blocks by object and position, in direct memory, weighed by their size. Thread-safe. */
public final class BlockCache {

    private final Cache<Key, CachedBlock> blocks;
    private volatile boolean closed;

    /** Where a block is. */
    public record Key(long objectId, long position) {}

    public BlockCache(long maxBytes) {
        this.blocks = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Key key, CachedBlock block) -> block.entry().size())
                .executor(Runnable::run)
                .removalListener(BlockCache::onRemoval)
                .build();
    }

    /** The block with a reference for the caller, or null. */
    @Nullable
    CachedBlock get(Key key) {
        CachedBlock block = blocks.getIfPresent(key);
        return block != null && block.retainIfAlive() ? block : null;
    }

    /** Adds a block unless it is there; the cache takes a reference of its own. */
    void put(Key key, CachedBlock block) {
        if (block.retainIfAlive() && blocks.asMap().putIfAbsent(key, block) != null) {
            block.release();
        }
        if (closed) {
            blocks.invalidate(key); // it came too late for close to see it
        }
    }

    void remove(Key key) {
        blocks.invalidate(key);
    }

    public long usedBytes() {
        return blocks.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** Lets go of everything, also of what is still to come. */
    public void close() {
        closed = true;
        blocks.invalidateAll();
        blocks.cleanUp();
    }

    private static void onRemoval(@Nullable Key key, @Nullable CachedBlock block, RemovalCause cause) {
        if (block != null) {
            block.release();
        }
    }
}
