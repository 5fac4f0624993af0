package io.s3stream.core.read.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.read.WrittenObjects;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.layout.BlockEntry;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockLoaderTest {

    private final WrittenObjects objects = new WrittenObjects();
    private final LastByteWrong storage = new LastByteWrong(objects.storage());
    private final ThreadedRuntime runtime = new ThreadedRuntime(0, null, false);
    private final BlockCache cache = new BlockCache(1 << 20);

    /** A storage whose next reads of blocks have a damaged last byte, the same byte or a different one in each read. */
    private static final class LastByteWrong extends ForwardingObjectStorage {
        boolean damages;
        int differentlyDamaged;
        int reads;

        LastByteWrong(ObjectStorage storage) {
            super(storage);
        }

        @Override
        public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
            if (!(range instanceof ByteRange.Slice) || (!damages && reads >= differentlyDamaged)) {
                return super.get(key, range);
            }
            reads++;
            int bits = damages ? 1 : reads;
            return super.get(key, range).thenApply(content -> {
                content.ifPresent(found -> damage(found, bits));
                return content;
            });
        }

        private static void damage(ObjectContent content, int bits) {
            int last = content.data().writerIndex() - 1;
            content.data().setByte(last, content.data().getByte(last) ^ bits);
        }
    }

    @AfterEach
    void noMemoryIsHeld() {
        cache.close();
        runtime.close();
        objects.assertNothingIsHeld();
    }

    @Test
    void blocksReadWithUnreadableBlockAreKept() {
        BlockLoader loader = loader();
        ObjectMetadata object = objects.write(WrittenObjects.batches(new Random(1), 200), 50);
        List<BlockEntry> blocks = blocksOf(object);
        List<BlockEntry> sound = blocks.subList(0, blocks.size() - 1);
        storage.damages = true;

        assertThat(loader.loadAhead(object, blocks))
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(CorruptedDataException.class);

        assertThat(storage.reads)
                .as("one read for all blocks, another for the last block")
                .isEqualTo(2);
        assertThat(cache.usedBytes())
                .isPositive()
                .isEqualTo(sound.stream().mapToLong(BlockEntry::size).sum());
        loader.loadAhead(object, sound).join().forEach(CachedBlock::release);
        assertThat(storage.reads).isEqualTo(2);
    }

    @Test
    void damageThatDiffersBetweenReadsIsNotReported() {
        BlockLoader loader = loader();
        ObjectMetadata object = objects.write(WrittenObjects.batches(new Random(1), 200), 50);
        List<BlockEntry> blocks = blocksOf(object);
        storage.differentlyDamaged = 4;

        loader.loadAhead(object, blocks).join().forEach(CachedBlock::release);

        assertThat(storage.reads).isEqualTo(4);
    }

    private BlockLoader loader() {
        ReadMetrics metrics = StoreMetrics.none().read();
        Permits permits = new Permits(1 << 20);
        return new BlockLoader(
                new RangedGets(storage::get, runtime, permits, metrics),
                new BlocksInMemory(cache),
                permits,
                WrittenObjects.AT_ONCE,
                metrics);
    }

    private List<BlockEntry> blocksOf(ObjectMetadata object) {
        return new IndexLoader(
                        storage::get,
                        new IndexCache(1 << 20),
                        new Permits(1 << 20),
                        WrittenObjects.AT_ONCE,
                        StoreMetrics.none().read())
                .load(object, WrittenObjects.STREAM)
                .join()
                .entries();
    }
}
