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
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
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

        /** A position whose byte is wrong in each read, or -1. */
        long damagedAt = -1;
        /** Longer reads fail. */
        long longest = Long.MAX_VALUE;

        @Override
        public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
            if (range instanceof ByteRange.Slice slice && (damagedAt >= 0 || longest < Long.MAX_VALUE)) {
                reads++;
                return slice.length() > longest
                        ? CompletableFuture.failedFuture(new IOException("connection reset"))
                        : super.get(key, range).thenApply(content -> {
                            content.ifPresent(this::damageAt);
                            return content;
                        });
            }
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

        private void damageAt(ObjectContent content) {
            long at = damagedAt - content.from();
            if (damagedAt >= 0 && at >= 0 && at < content.data().readableBytes()) {
                int index = content.data().readerIndex() + (int) at;
                content.data().setByte(index, content.data().getByte(index) ^ 1);
            }
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

        assertThat(loader.loadAhead(object, List.of(blocks)).get(0))
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(CorruptedDataException.class);

        assertThat(storage.reads)
                .as("one read for all blocks, another for the last block")
                .isEqualTo(2);
        assertThat(cache.usedBytes())
                .isPositive()
                .isEqualTo(sound.stream().mapToLong(BlockEntry::size).sum());
        loader.loadAhead(object, List.of(sound)).get(0).join().forEach(CachedBlock::release);
        assertThat(storage.reads).isEqualTo(2);
    }

    @Test
    void damageThatDiffersBetweenReadsIsNotReported() {
        BlockLoader loader = loader();
        ObjectMetadata object = objects.write(WrittenObjects.batches(new Random(1), 200), 50);
        List<BlockEntry> blocks = blocksOf(object);
        storage.differentlyDamaged = 4;

        loader.loadAhead(object, List.of(blocks)).get(0).join().forEach(CachedBlock::release);

        assertThat(storage.reads).isEqualTo(4);
    }

    @Test
    void damagedStreamFailsNoOtherStreamOfItsGet() {
        BlockLoader loader = loader();
        ObjectMetadata object = threeStreams();
        List<List<BlockEntry>> wanted = blocksOf(object).stream().map(List::of).toList();
        storage.damagedAt =
                wanted.get(0).get(0).position() + wanted.get(0).get(0).size() / 2;

        List<CompletableFuture<List<CachedBlock>>> answers = loader.loadAhead(object, wanted);

        assertThat(answers.get(0))
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(CorruptedDataException.class);
        for (CompletableFuture<List<CachedBlock>> sound : answers.subList(1, 3)) {
            sound.join().forEach(CachedBlock::release);
        }
        assertThat(storage.reads).as("one for all, then one for each").isEqualTo(4);
    }

    @Test
    void failedGetOfSeveralStreamsIsRepeatedForEach() {
        BlockLoader loader = loader();
        ObjectMetadata object = threeStreams();
        List<List<BlockEntry>> wanted = blocksOf(object).stream().map(List::of).toList();
        storage.longest = 2L * wanted.get(0).get(0).size();

        loader.loadAhead(object, wanted).forEach(answer -> answer.join().forEach(CachedBlock::release));

        assertThat(storage.reads).isEqualTo(4);
    }

    private ObjectMetadata threeStreams() {
        return objects.write(
                new TreeMap<>(Map.of(
                        1L, WrittenObjects.batches(new Random(1), 50),
                        2L, WrittenObjects.batches(new Random(2), 50),
                        3L, WrittenObjects.batches(new Random(3), 50))),
                50);
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
