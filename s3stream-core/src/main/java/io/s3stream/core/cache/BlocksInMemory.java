package io.s3stream.core.cache;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every data block in memory, whoever keeps it there: the cache, a reader that has read ahead, a lease. So a block is
 * found as long as its bytes are there at all. Thread-safe.
 */
public final class BlocksInMemory {

    private final BlockCache cache;
    private final ConcurrentHashMap<BlockCache.Key, CachedBlock> alive = new ConcurrentHashMap<>();

    public BlocksInMemory(BlockCache cache) {
        this.cache = cache;
    }

    /** The block with a reference for the caller, or null. */
    public @Nullable CachedBlock get(BlockCache.Key key) {
        CachedBlock cached = cache.get(key);
        if (cached != null) {
            return cached;
        }
        CachedBlock held = alive.get(key);
        if (held == null || !held.retainIfAlive()) {
            return null;
        }
        cache.put(key, held); // wanted twice: worth a second look by the cache
        return held;
    }

    /** Whether it is there at the moment, without counting as a use. */
    public boolean contains(BlockCache.Key key) {
        return alive.containsKey(key);
    }

    /** Adds a block that was just read. It is there as long as somebody holds it. */
    public void add(BlockCache.Key key, CachedBlock block) {
        block.whenGone(() -> alive.remove(key, block)); // before anybody can see, and so release it
        alive.put(key, block);
    }

    /** Has the cache hold a block that the caller holds. */
    public void keep(BlockCache.Key key, CachedBlock block) {
        cache.put(key, block);
    }

    /** The cache need not keep it any longer. */
    public void evict(BlockCache.Key key) {
        cache.remove(key);
    }
}
