package io.s3stream.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {

    private static final int MIB = 1 << 20;

    private static int chunkBytes(long reads) {
        return ((PooledByteBufAllocator) ReadBuffers.pool(reads)).metric().chunkSize();
    }

    @Test
    void chunkHoldsAllConcurrentReads() {
        assertThat(chunkBytes(32 * MIB)).isEqualTo(32 * MIB);
        assertThat(chunkBytes(33 * MIB)).isEqualTo(64 * MIB);
    }

    @Test
    void chunkIsNeitherSmallerThanOneNorLargerThan128Mebibytes() {
        assertThat(chunkBytes(1)).isEqualTo(MIB);
        assertThat(chunkBytes(Long.MAX_VALUE)).isEqualTo(128 * MIB);
    }

    @Test
    void buffersOfSeveralMebibytesShareOneDirectChunk() {
        PooledByteBufAllocator pool = (PooledByteBufAllocator) ReadBuffers.pool(32 * MIB);
        List<ByteBuf> buffers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            buffers.add(pool.buffer(8 * MIB));
        }

        assertThat(buffers).allMatch(ByteBuf::isDirect);
        assertThat(pool.metric().usedDirectMemory()).isEqualTo(32 * MIB);
        buffers.forEach(ByteBuf::release);
    }
}
