package io.s3stream.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import org.jspecify.annotations.Nullable;

/** Caches data blocks by object and position, in direct memory, weighted by size. Thread-safe. */
public final class BlockCache {

    /**
     * The capacity changes in steps of this fraction of it, 1/16. Each change discards the cache's usage statistics.
     */
    private static final int STEPS = 16;

    private final Cache<Key, CachedBlock> blocks;
    private final long maxBytes;
    private long lent; // guarded by this, as is granted
    private long granted;
    private volatile boolean closed;

    /** The address of a block. */
    public record Key(long objectId, long position) {}

    public BlockCache(long maxBytes) {
        this.maxBytes = maxBytes;
        this.blocks = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Key key, CachedBlock block) -> block.entry().size())
                .executor(Runnable::run)
                .removalListener(BlockCache::onRemoval)
                .build();
    }

    /** Returns the block with a reference for the caller, or null. */
    @Nullable
    CachedBlock get(Key key) {
        CachedBlock block = blocks.getIfPresent(key);
        return block != null && block.retainIfAlive() ? block : null;
    }

    /** Adds a block unless the cache has it. The cache takes its own reference. */
    void put(Key key, CachedBlock block) {
        if (block.retainIfAlive() && blocks.asMap().putIfAbsent(key, block) != null) {
            block.release();
        }
        if (closed) {
            blocks.invalidate(key); // close may have missed it
        }
    }

    /** Returns whether the cache would accept the block: it has enough capacity and does not have the block yet. */
    boolean mayHold(Key key, CachedBlock block) {
        return !closed
                && block.entry().size() <= maxBytes - lentBytes()
                && !blocks.asMap().containsKey(key);
    }

    void remove(Key key) {
        blocks.invalidate(key);
    }

    /** Returns the configured capacity in bytes, including lent bytes. */
    public long maxBytes() {
        return maxBytes;
    }

    /**
     * Lends capacity to other holders of blocks, or takes it back.
     *
     * @param bytes change of the loan; negative to take capacity back
     */
    public void lend(long bytes) {
        if (bytes != 0) {
            change(bytes);
        }
    }

    private synchronized void change(long bytes) {
        lent += bytes;
        long step = Math.max(1, maxBytes / STEPS);
        // A return may be reported before its loan, so the sum may be negative.
        long needed = Math.max(0, Math.min(maxBytes, (lent + step - 1) / step * step));
        if (needed != granted) {
            granted = needed;
            blocks.policy().eviction().ifPresent(eviction -> eviction.setMaximum(maxBytes - needed));
        }
    }

    /** Returns the bytes of capacity that are lent at present. */
    public synchronized long lentBytes() {
        return granted;
    }

    public long usedBytes() {
        return blocks.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** Evicts all blocks to free memory for other uses. */
    public void clear() {
        blocks.invalidateAll();
        blocks.cleanUp();
    }

    /** Releases all blocks, and all blocks that are added later. */
    public void close() {
        closed = true;
        clear();
    }

    private static void onRemoval(@Nullable Key key, @Nullable CachedBlock block, RemovalCause cause) {
        if (block != null) {
            block.release();
        }
    }
}
