package io.s3stream.core.cache;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every data block in memory, whoever keeps it there: the cache, a reader that has read ahead, a lease. So a block is
 * found as long as its bytes are there at all. The cache gets blocks in buffers of their own: a block that shares its
 * buffer would keep all of it in memory, and the cache counts only the block [R46]. Thread-safe.
 */
public final class BlocksInMemory {

    private static final Logger LOG = LoggerFactory.getLogger(BlocksInMemory.class);

    private final BlockCache cache;
    private final ConcurrentHashMap<BlockCache.Key, CachedBlock> alive = new ConcurrentHashMap<>();

    public BlocksInMemory(BlockCache cache) {
        this.cache = cache;
    }

    /** The block with a reference for the caller, or null. */
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
        keep(key, held); // wanted twice: worth a second look by the cache
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
        if (!block.sharesBuffer()) {
            cache.put(key, block);
        } else if (cache.mayHold(key, block)) {
            keepCopy(key, block);
        }
    }

    private void keepCopy(BlockCache.Key key, CachedBlock block) {
        CachedBlock copy;
        try {
            copy = block.alone();
        } catch (OutOfMemoryError e) {
            LOG.debug(
                    "no direct memory to cache a block of {} bytes",
                    block.entry().size(),
                    e);
            return; // the cache can do without it
        }
        add(key, copy); // found from now on instead of the one that it was copied from
        cache.put(key, copy);
        copy.release();
    }

    /** The cache need not keep it any longer. */
    public void evict(BlockCache.Key key) {
        cache.remove(key);
    }
}
