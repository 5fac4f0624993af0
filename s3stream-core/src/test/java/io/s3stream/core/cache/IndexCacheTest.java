package io.s3stream.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class IndexCacheTest {

    private static final int BLOCK = 100;

    private int loads;

    private static ObjectIndex index(int blocks) {
        List<BlockEntry> entries = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            entries.add(new BlockEntry(1, 1, i, i + 1, 0, (long) i * BLOCK, BLOCK));
        }
        long end = (long) blocks * BLOCK;
        ByteBuffer tail = ObjectIndex.encodeTail(entries, end);
        return ObjectIndex.decode(tail, end + tail.remaining());
    }

    private CompletableFuture<IndexTail> load(int blocks) {
        loads++;
        return CompletableFuture.completedFuture(new IndexTail(index(blocks), null));
    }

    @Test
    void smallIndexServesEveryStreamOfItsObject() {
        IndexCache cache = new IndexCache(1 << 20);
        assertThat(cache.getIfPresent(9, 1)).isNull();
        cache.tail(9, () -> load(3));

        assertThat(cache.getIfPresent(9, 1).entries()).hasSize(3);
        assertThat(cache.getIfPresent(9, 55)).isSameAs(cache.getIfPresent(9, 1));
        assertThat(cache.getIfPresent(8, 1)).as("another object").isNull();
    }

    @Test
    void cachedIndexIsNotLoadedAgain() {
        IndexCache cache = new IndexCache(1 << 20);
        cache.tail(9, () -> load(3));
        cache.tail(9, () -> load(3));
        assertThat(loads).isEqualTo(1);
    }

    @Test
    void indexesBeyondLimitAreEvicted() {
        int blocks = 100;
        int each = IndexCache.heapBytes(index(blocks));
        IndexCache cache = new IndexCache(2L * 5 * each);
        for (int id = 0; id < 50; id++) {
            cache.tail(id, () -> load(blocks));
        }

        long present = 0;
        for (int id = 0; id < 50; id++) {
            present += cache.getIfPresent(id, 1) == null ? 0 : 1;
        }
        assertThat(present).isBetween(1L, 5L);
    }
}
