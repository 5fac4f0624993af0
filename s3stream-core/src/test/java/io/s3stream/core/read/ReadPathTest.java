package io.s3stream.core.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.FetchResult;
import io.s3stream.api.StoreConfig;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.read.WrittenObjects.Batch;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The signal that compaction reads before each request: whether readers wait, for many GETs or for their turn [L24].
 */
@Timeout(30)
class ReadPathTest {

    private static final int OBJECTS = 6;

    private final WrittenObjects objects = new WrittenObjects();
    private final HeldBlocks storage = new HeldBlocks(objects.storage());
    private final ThreadedRuntime runtime = new ThreadedRuntime(0, null, false);
    private final List<Range> ranges = new ArrayList<>();
    private final List<CompletableFuture<FetchResult>> reads = new ArrayList<>();

    @AfterEach
    void noMemoryIsHeld() {
        runtime.close();
        await().untilAsserted(objects::assertNothingIsHeld); // the verifying threads end on their own
    }

    @Test
    void fewGetsLeaveRoomAndManyGetsDoNot() {
        ReadPath path = readPath(1 << 20);
        assertThat(path.hasReadsWaiting()).as("without readers").isFalse();
        for (int gets = 1; gets <= OBJECTS; gets++) {
            read(path, gets - 1);
            int underWay = gets;
            await().until(() -> storage.held.size() == underWay);
            assertThat(path.hasReadsWaiting()).as("%s GETs", gets).isEqualTo(gets >= 4);
        }
        storage.answer(2);
        assertThat(path.hasReadsWaiting()).as("4 are left").isTrue();
        storage.answer(1);
        assertThat(path.hasReadsWaiting()).as("3 are left").isFalse();
        storage.answer(3);
        finish(path);
    }

    @Test
    void readWaitingForMemoryCountsAsWaitingWithFewGets() {
        ReadPath path = readPath(64 << 10); // each object is more than half of it
        read(path, 0);
        await().until(() -> storage.held.size() == 1);
        assertThat(path.hasReadsWaiting()).isFalse();
        read(path, 1);
        await().until(path::hasReadsWaiting);
        assertThat(storage.held).hasSize(1);
        storage.answer(1);
        await().until(() -> storage.held.size() == 1);
        assertThat(path.hasReadsWaiting()).as("the second read has its turn").isFalse();
        storage.answer(1);
        finish(path);
    }

    @Test
    void failedGetIsOver() {
        ReadPath path = readPath(1 << 20);
        for (int i = 0; i < 4; i++) {
            read(path, i);
        }
        await().until(path::hasReadsWaiting);
        await().until(() -> storage.held.size() == 4);
        storage.failAll();
        reads.forEach(read -> assertThat(read).failsWithin(Duration.ofSeconds(10)));
        assertThat(path.hasReadsWaiting()).isFalse();
        path.close();
    }

    private void finish(ReadPath path) {
        reads.forEach(read -> read.join().close());
        await().until(() -> !path.hasReadsWaiting());
        path.close();
    }

    private void read(ReadPath path, int object) {
        Range range = ranges.get(object);
        ReadLimit limit = new ReadLimit(range.end(), 1 << 20, ReadLimit.Excess.LAST_BATCH);
        reads.add(path.read(FixedMetadata.STREAM, range.start(), limit));
    }

    /** Batches of one stream in several objects, each of which is one GET. */
    private ReadPath readPath(long readBufferBytes) {
        List<Batch> batches = WrittenObjects.batches(new Random(1), OBJECTS * 250);
        for (int from = 0; from < batches.size(); from += 250) {
            List<Batch> part = batches.subList(from, from + 250);
            ranges.add(WrittenObjects.range(part, objects.write(part, 10)));
        }
        return new ReadPath(
                StoreConfig.builder()
                        .blockCacheBytes(0)
                        .readBufferBytes(readBufferBytes)
                        .readAheadBytes(0)
                        .build(),
                runtime,
                new FixedMetadata(new FixedMetadata.View(ranges.get(0).start(), ranges, objects.all())),
                storage,
                StoreMetrics.none().read());
    }

    /** Answers block reads on command, oldest first. */
    private static final class HeldBlocks extends ForwardingObjectStorage {

        private record Get(String key, ByteRange range, CompletableFuture<Optional<ObjectContent>> answer) {}

        private final List<Get> held = new CopyOnWriteArrayList<>();

        HeldBlocks(ObjectStorage behind) {
            super(behind);
        }

        @Override
        public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
            if (!(range instanceof ByteRange.Slice)) {
                return super.get(key, range);
            }
            Get get = new Get(key, range, new CompletableFuture<>());
            held.add(get);
            return get.answer();
        }

        void answer(int gets) {
            for (int i = 0; i < gets; i++) {
                Get get = held.remove(0);
                get.answer().complete(super.get(get.key(), get.range()).join());
            }
        }

        void failAll() {
            for (Get get : held) {
                get.answer().completeExceptionally(new IllegalStateException("no answer"));
            }
        }
    }
}
