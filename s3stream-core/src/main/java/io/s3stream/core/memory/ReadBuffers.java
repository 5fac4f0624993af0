package io.s3stream.core.memory;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/** Makes the allocator for what is read from object storage: buffers of megabytes that are used again and again. */
public final class ReadBuffers {

    private static final int PAGE_BYTES = 8192;
    private static final int SMALLEST_ORDER = 7;
    private static final int LARGEST_ORDER = 14;

    private ReadBuffers() {}

    /**
     * The defaults of the pool end at 4 MiB, past which each buffer is new memory, to be cleared and mapped at a price near
     * that of reading into it. The pool gives a chunk back as soon as nothing of it is in use, so one chunk is as large as
     * all that is read at a time: a second one would come and go in the middle of a read, which costs a catch-up a fifth of
     * its speed. Memory of a chunk that was never used is only reserved. One arena, because a few hundred requests a second
     * do not contend for it, and what one thread gives back the next one finds.
     *
     * @param bytes that are read at a time
     */
    public static ByteBufAllocator pool(long bytes) {
        int order = SMALLEST_ORDER;
        while (order < LARGEST_ORDER && ((long) PAGE_BYTES << order) < bytes) {
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
