package io.s3stream.core.memory;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/** Creates the allocator for reads from object storage: pooled buffers of several megabytes. */
public final class ReadBuffers {

    private static final int PAGE_BYTES = 8192;
    private static final int MIN_ORDER = 7;
    private static final int MAX_ORDER = 14;

    private ReadBuffers() {}

    /**
     * Creates the pool. Its settings differ from Netty's defaults for three reasons:
     * <ul>
     * <li>By default, buffers above 4 MiB are not pooled. Clearing and mapping new memory costs almost as much as
     *     reading into it.
     * <li>The pool frees a chunk as soon as it is unused. So one chunk is as large as all concurrent reads: a second
     *     chunk would be allocated and freed during reads, which makes catch-up reads a fifth slower. Unused memory of
     *     a chunk is only reserved.
     * <li>A single arena is enough for a few hundred requests a second, and lets every thread reuse the memory that
     *     another one freed.
     * </ul>
     *
     * @param bytes the maximum of bytes being read at a time
     */
    public static ByteBufAllocator pool(long bytes) {
        int order = MIN_ORDER;
        while (order < MAX_ORDER && ((long) PAGE_BYTES << order) < bytes) {
            order++;
        }
        return new PooledByteBufAllocator(
                true,
                0,
                1,
                PAGE_BYTES,
                order,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                PooledByteBufAllocator.defaultUseCacheForAllThreads());
    }
}
