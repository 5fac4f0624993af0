package io.s3stream.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.core.memory.ReadBuffer;
import io.s3stream.layout.BlockEntry;
import org.junit.jupiter.api.Test;

class BlockCacheTest {

    private static final int BLOCK = 1024;
    private static final int BLOCKS = 64;
    private static final BlockEntry ENTRY = new BlockEntry(1, 1, 0, 1, 0, 0, BLOCK);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final BlockCache cache = new BlockCache(BLOCKS * BLOCK);

    /** Cache and loans together would exceed the memory that the host configured. */
    @Test
    void cacheShrinksForLoansAndGrowsBack() {
        fill();
        assertThat(cache.usedBytes()).isEqualTo(BLOCKS * BLOCK);

        cache.lend(BLOCKS * BLOCK / 2 - 1);
        assertThat(cache.usedBytes()).isEqualTo(BLOCKS * BLOCK / 2);
        assertThat(inMemory()).isEqualTo(BLOCKS * BLOCK / 2);

        cache.lend(1 - BLOCKS * BLOCK / 2);
        fill();
        assertThat(cache.usedBytes()).isEqualTo(BLOCKS * BLOCK);
        cache.close();
        assertThat(inMemory()).isZero();
    }

    /** Borrowers report loans on their own threads, so a return may arrive first. */
    @Test
    void cacheNeverExceedsItsLimitInAnyOrderOfLoans() {
        cache.lend(-BLOCKS * BLOCK);
        fill();
        fill(BLOCKS);
        assertThat(cache.usedBytes()).isEqualTo(BLOCKS * BLOCK);
        cache.lend(BLOCKS * BLOCK);
        assertThat(cache.lentBytes()).isZero();
        cache.close();
        assertThat(inMemory()).isZero();
    }

    @Test
    void fullyLentCacheKeepsNothing() {
        cache.lend(BLOCKS * BLOCK);
        fill();
        assertThat(inMemory()).isZero();
    }

    private void fill() {
        fill(0);
    }

    private void fill(int from) {
        for (int i = from; i < from + BLOCKS; i++) {
            ByteBuf memory = allocator.heapBuffer(BLOCK, BLOCK).writeZero(BLOCK);
            CachedBlock block = new CachedBlock(ENTRY, memory, new ReadBuffer(BLOCK), new int[] {0});
            cache.put(new BlockCache.Key(1, i), block);
            block.release();
        }
    }

    private long inMemory() {
        return allocator.metric().usedHeapMemory();
    }
}
