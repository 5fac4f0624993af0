package io.s3stream.core.cache;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds each data block that is in memory, whether the cache, a read-ahead or a lease holds it. So no block is read
 * twice while its bytes are in memory. The cache only gets blocks in buffers of their own [R46]. A block in a shared
 * buffer would keep the whole buffer in memory, but the cache would count only the block. Thread-safe.
 */
public final class BlocksInMemory {

    private static final Logger LOG = LoggerFactory.getLogger(BlocksInMemory.class);

    private final BlockCache cache;
    private final ConcurrentHashMap<BlockCache.Key, CachedBlock> alive = new ConcurrentHashMap<>();

    public BlocksInMemory(BlockCache cache) {
        this.cache = cache;
    }

    /** Returns the block with a reference for the caller, or null. */
    @Nullable
    public CachedBlock get(BlockCache.Key key) {
        CachedBlock cached = cache.get(key);
        if (cached != null) {
            return cached;
        }
        CachedBlock held = alive.get(key);
        if (held == null || !held.retainIfAlive()) {
            return null;
        }
        keep(key, held); // second use: offer it to the cache again
        return held;
    }

    /** Returns whether the block is in memory. Does not count as a use. */
    public boolean contains(BlockCache.Key key) {
        return alive.containsKey(key);
    }

    /** Adds a block that was just read. It can be found while it has a reference. */
    public void add(BlockCache.Key key, CachedBlock block) {
        block.whenGone(() -> alive.remove(key, block)); // first: a reader that finds the block may release it
        alive.put(key, block);
    }

    /** Offers the cache a block that the caller holds. */
    public void keep(BlockCache.Key key, CachedBlock block) {
        if (!block.sharesBuffer()) {
            cache.put(key, block);
        } else if (cache.mayHold(key, block)) {
            keepCopy(key, block);
        }
    }

    private void keepCopy(BlockCache.Key key, CachedBlock block) {
        CachedBlock copy = copy(key, block);
        if (copy != null) { // the cache is optional
            cache.put(key, copy);
            copy.release();
        }
    }

    /**
     * Copies a block that the caller holds to a buffer of its own. The copy replaces the original in later lookups.
     *
     * @return with a reference for the caller; null if there is no direct memory
     */
    public @Nullable CachedBlock copy(BlockCache.Key key, CachedBlock block) {
        CachedBlock copy;
        try {
            copy = block.alone();
        } catch (OutOfMemoryError e) {
            LOG.debug(
                    "no direct memory to copy a block of {} bytes",
                    block.entry().size(),
                    e);
            return null;
        }
        add(key, copy);
        return copy;
    }

    /** Removes the block from the cache. */
    public void evict(BlockCache.Key key) {
        cache.remove(key);
    }
}
