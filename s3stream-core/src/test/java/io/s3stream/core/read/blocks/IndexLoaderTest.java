package io.s3stream.core.read.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.read.WrittenObjects;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Tests which parts of an object's index are read for one stream, and how many bytes at a time. */
class IndexLoaderTest {

    private static final int STREAMS = 25_000;
    private static final int BLOCK = 200;

    private final CountedStorage storage = new CountedStorage();
    private final ReadMetrics metrics = StoreMetrics.none().read();

    private static final class CountedStorage extends ForwardingObjectStorage {

        private int gets;
        private long bytes;
        private int damagedReads;
        private IntSupplier damage = () -> 1;
        private boolean holds;
        private final List<CompletableFuture<Void>> held = new ArrayList<>();

        CountedStorage() {
            super(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
        }

        @Override
        public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            if (holds) {
                held.add(gate);
            } else {
                gate.complete(null);
            }
            gets++;
            return gate.thenCompose(open -> super.get(key, range)).thenApply(found -> {
                found.ifPresent(content -> {
                    bytes += content.data().readableBytes();
                    if (damagedReads > 0) {
                        damagedReads--;
                        content.data().setByte(5, content.data().getByte(5) ^ damage.getAsInt());
                    }
                });
                return found;
            });
        }
    }

    /** An object whose index names a block of each stream. The test reads no blocks. */
    private ObjectMetadata write(long id, int streams) {
        List<BlockEntry> entries = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            entries.add(new BlockEntry(i, 1, 10, 12, 0, (long) i * BLOCK, BLOCK));
        }
        long end = (long) streams * BLOCK;
        ByteBuffer tail = ObjectIndex.encodeTail(entries, end);
        ObjectMetadata object = new ObjectMetadata(id, "data/" + id, end + tail.remaining(), 1, 1);
        storage.put(object.key(), ObjectBody.of(List.of(ByteBuffer.allocate((int) end), tail)), PutCondition.ALWAYS)
                .join();
        return object;
    }

    private IndexLoader loader(Permits permits) {
        return new IndexLoader(storage::get, new IndexCache(32 << 20), permits, WrittenObjects.AT_ONCE, metrics);
    }

    @Test
    void coldReaderOfOneStreamReadsSmallPartOfLargeIndex() {
        ObjectMetadata object = write(1, STREAMS);
        IndexLoader loader = loader(new Permits(1 << 20));
        for (long stream : new long[] {0, 12_345, STREAMS - 1}) {
            ObjectIndex index = loader.load(object, stream).join();
            assertThat(index.find(stream, 11)).isNotNegative();
            assertThat(loader.getIfPresent(object, stream)).isSameAs(index);
        }
        assertThat(storage.gets).as("the end, the directory, three pages").isEqualTo(5);
        assertThat(storage.bytes).isLessThan(80 << 10);
    }

    @Test
    void smallIndexIsReadAtOnceForAllStreams() {
        ObjectMetadata object = write(1, 500);
        IndexLoader loader = loader(new Permits(1 << 20));
        for (long stream = 0; stream < 500; stream++) {
            assertThat(loader.load(object, stream).join().find(stream, 10)).isEqualTo((int) stream);
        }
        assertThat(storage.gets).isEqualTo(1);
    }

    @Test
    void damageThatDiffersBetweenReadsIsNotReported_R44() {
        ObjectMetadata object = write(1, STREAMS);
        IndexLoader loader = loader(new Permits(1 << 20));
        loader.load(object, 1).join();
        storage.damagedReads = 3;
        storage.damage = () -> storage.damagedReads + 1;
        assertThat(loader.load(object, 20_000).join().find(20_000, 10)).isNotNegative();
        assertThat(storage.gets)
                .as("two reads before it, one page, and three repetitions")
                .isEqualTo(7);
    }

    @Test
    void damageConfirmedByTwoReadsIsReported_R44() {
        ObjectMetadata object = write(1, STREAMS);
        IndexLoader loader = loader(new Permits(1 << 20));
        loader.load(object, 1).join();
        int before = storage.gets;
        storage.damagedReads = 100;
        assertThat(loader.load(object, 20_000))
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(CorruptedDataException.class);
        assertThat(storage.gets - before).isEqualTo(2);
    }

    @Test
    void readsOfManyIndexesTakeTurns() {
        Permits permits = new Permits(256 << 10);
        IndexLoader loader = loader(permits);
        storage.holds = true;
        List<CompletableFuture<ObjectIndex>> loads = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            loads.add(loader.load(write(i, 500), 7));
        }
        assertThat(storage.gets).as("as many as the memory allows").isEqualTo(8);
        storage.holds = false;
        List.copyOf(storage.held).forEach(gate -> gate.complete(null));
        assertThat(loads).allSatisfy(load -> assertThat(load).isCompleted());
        assertThat(permits.inUse()).isZero();
    }
}
