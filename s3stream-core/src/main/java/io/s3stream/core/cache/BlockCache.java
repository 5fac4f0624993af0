package io.s3stream.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import org.jspecify.annotations.Nullable;

/** Data blocks by object and position, in direct memory, weighed by their size. Thread-safe. */
public final class BlockCache {

    /** The size changes by such a part of it at least: what the cache has learnt of its use is lost with each change. */
    private static final int STEPS = 16;

    private final Cache<Key, CachedBlock> blocks;
    private final long maxBytes;
    private long lent; // guarded by this, as is granted
    private long granted;
    private volatile boolean closed;

    /** Where a block is. */
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

    /** Whether the block could get in: the cache is not smaller than the block, and does not have it. */
    boolean mayHold(Key key, CachedBlock block) {
        return !closed
                && block.entry().size() <= maxBytes - lentBytes()
                && !blocks.asMap().containsKey(key);
    }

    void remove(Key key) {
        blocks.invalidate(key);
    }

    /** With what is lent. */
    public long maxBytes() {
        return maxBytes;
    }

    /**
     * Makes room for blocks that somebody else holds.
     *
     * @param bytes more than before, or fewer if negative
     */
    public void lend(long bytes) {
        if (bytes != 0) {
            change(bytes);
        }
    }

    private synchronized void change(long bytes) {
        lent += bytes;
        long step = Math.max(1, maxBytes / STEPS);
        // What is given back may be told before what was taken.
        long needed = Math.max(0, Math.min(maxBytes, (lent + step - 1) / step * step));
        if (needed != granted) {
            granted = needed;
            blocks.policy().eviction().ifPresent(eviction -> eviction.setMaximum(maxBytes - needed));
        }
    }

    /** What blocks that others hold take of it at present. */
    public synchronized long lentBytes() {
        return granted;
    }

    public long usedBytes() {
        return blocks.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** Evicts everything, because memory is needed elsewhere. */
    public void clear() {
        blocks.invalidateAll();
        blocks.cleanUp();
    }

    /** Lets go of everything, also of what is still to come. */
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
