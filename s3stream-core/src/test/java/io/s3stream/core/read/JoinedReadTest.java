package io.s3stream.core.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.s3stream.api.FetchResult;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.memory.ReadLeases;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList.Range;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.read.WrittenObjects.Batch;
import io.s3stream.core.read.ahead.ReadAhead;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.BlockResult;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.core.read.blocks.RangedGets;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.core.read.blocks.ReadLimit.Excess;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.testkit.metrics.RecordedMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Readers of {@value #STREAMS} streams whose blocks are neighbours in each object. The test answers each GET of blocks,
 * on its own thread.
 */
class JoinedReadTest {

    private static final int STREAMS = 6;
    private static final int OBJECTS = 8;
    /** Batches of a stream in one object: one block. */
    private static final int PER_OBJECT = 10;

    /** Objects that each reader has read alone before its first joined read. */
    private static final int AHEAD = 3;

    private static final long OTHER = STREAMS + 1;
    private static final int PAYLOAD = 1000;
    private static final int BLOCK = PER_OBJECT * PAYLOAD;
    private static final long ALL = 1 << 20;
    /** A position in the block of stream 3. */
    private static final long DAMAGED = 2 * BLOCK + BLOCK / 2;

    private final WrittenObjects objects = new WrittenObjects();
    private final ThreadedRuntime runtime = new ThreadedRuntime(0, null, false);
    private final BlockCache cache = new BlockCache(ALL);
    private final RecordedMetrics recorded = new RecordedMetrics();
    private final List<Get> waiting = new ArrayList<>();
    private final List<ByteRange.Slice> gets = new ArrayList<>();
    private final List<Get> answered = new ArrayList<>();
    private final Map<Long, List<Range>> ranges = new HashMap<>();
    private Predicate<Get> damages = get -> false;
    private Predicate<Get> fails = get -> false;
    private boolean holds;
    private long now;
    private ReadAhead readAhead;
    private CatchUpReader reader;

    /** A GET of blocks that was not answered yet. */
    private record Get(String key, ByteRange.Slice range, CompletableFuture<Optional<ObjectContent>> answer) {

        boolean hasDamaged() {
            return range.from() <= DAMAGED && DAMAGED < range.from() + range.length();
        }
    }

    @BeforeEach
    void write() {
        for (int object = 0; object < OBJECTS; object++) {
            TreeMap<Long, List<Batch>> byStream = new TreeMap<>();
            for (long stream = 1; stream <= STREAMS; stream++) {
                List<Batch> batches = new ArrayList<>();
                for (int i = 0; i < PER_OBJECT; i++) {
                    long base = (long) object * PER_OBJECT + i;
                    batches.add(new Batch(base, base + 1, PAYLOAD, base));
                }
                byStream.put(stream, batches);
            }
            ObjectMetadata written = objects.write(byStream, PER_OBJECT);
            byStream.forEach((stream, batches) -> ranges.computeIfAbsent(stream, id -> new ArrayList<>())
                    .add(WrittenObjects.range(batches, written)));
        }
        open(ALL, BLOCK, ALL);
    }

    private void open(long budget, long longestWindow, long joinedGetBytes) {
        ReadMetrics metrics = new StoreMetrics(recorded, 0, () -> now).read();
        FixedMetadata metadata = new FixedMetadata(new FixedMetadata.View(0, ranges, objects.all()));
        Permits permits = new Permits(ALL);
        IndexLoader indexes =
                new IndexLoader(this::get, new IndexCache(ALL), new Permits(ALL), WrittenObjects.AT_ONCE, metrics);
        BlockLoader loader = new BlockLoader(
                new RangedGets(this::get, runtime, permits, metrics),
                new BlocksInMemory(cache),
                permits,
                WrittenObjects.AT_ONCE,
                metrics);
        readAhead = new ReadAhead(
                metadata,
                new ReadAhead.Supply(indexes, loader, cache, metrics),
                () -> now,
                budget,
                longestWindow,
                joinedGetBytes);
        reader = new CatchUpReader(metadata, indexes, loader, readAhead, new ReadLeases(ALL, cache::lend), metrics);
    }

    @AfterEach
    void noMemoryIsHeld() {
        holds = false;
        answerAll();
        readAhead.close();
        cache.close();
        runtime.close();
        objects.assertNothingIsHeld();
    }

    private CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        if (!(range instanceof ByteRange.Slice slice)) {
            return objects.storage().get(key, range);
        }
        gets.add(slice);
        CompletableFuture<Optional<ObjectContent>> answer = new CompletableFuture<>();
        Get get = new Get(key, slice, answer);
        if (holds) {
            waiting.add(get);
        } else {
            answer(get);
        }
        return answer;
    }

    private void answer(Get get) {
        answered.add(get);
        if (fails.test(get)) {
            get.answer().completeExceptionally(new IOException("connection reset"));
            return;
        }
        objects.storage().get(get.key(), get.range()).thenAccept(content -> {
            if (get.hasDamaged() && damages.test(get)) {
                ByteBuf data = content.orElseThrow().data();
                int at = data.readerIndex() + (int) (DAMAGED - get.range().from());
                data.setByte(at, data.getByte(at) ^ 1);
            }
            get.answer().complete(content);
        });
    }

    private void answerAll() {
        while (!waiting.isEmpty()) {
            List<Get> requests = List.copyOf(waiting);
            waiting.clear();
            requests.forEach(this::answer);
        }
    }

    /** Reads the block of a stream in an object. */
    private CompletableFuture<Void> read(long stream, int object) {
        now += Duration.ofMillis(50).toNanos();
        long start = (long) object * PER_OBJECT;
        return reader.read(stream, start, new ReadLimit(Long.MAX_VALUE, BLOCK, Excess.LAST_BATCH))
                .thenAccept(result -> {
                    try (FetchResult closed = result) {
                        assertThat(closed.batches()).hasSize(PER_OBJECT);
                        assertThat(closed.batches().get(0).baseOffset()).isEqualTo(start);
                    }
                });
    }

    private void readAll(int object) {
        for (long stream = 1; stream <= STREAMS; stream++) {
            read(stream, object).join();
        }
    }

    /** The readers are sequential from the second fetch on. Returns when each has read two blocks. */
    private void begin() {
        readAll(0);
        readAll(1);
    }

    @Test
    void singleGetReadsForAllStreamsOfObject() {
        begin();
        gets.clear();
        for (int object = 2; object < OBJECTS; object++) {
            readAll(object);
        }
        assertThat(gets).hasSize(OBJECTS - AHEAD).allMatch(JoinedReadTest::isJoined);
        assertThat(recorded.count("s3stream.read.gets", "kind", "joined"))
                .as("GETs saved")
                .isEqualTo((OBJECTS - AHEAD) * (STREAMS - 1));
    }

    @Test
    void eachStreamIsReadAloneByDefault() {
        open(ALL, BLOCK, StoreConfig.defaults().joinedGetBytes());
        begin();
        for (int object = 2; object < OBJECTS; object++) {
            readAll(object);
        }
        assertThat(gets).hasSize(STREAMS * OBJECTS).noneMatch(JoinedReadTest::isJoined);
    }

    @Test
    void readerThatIsFarBehindIsLeftOut() {
        begin();
        for (int object = 2; object < OBJECTS; object++) {
            for (long stream = 1; stream < STREAMS; stream++) {
                read(stream, object).join();
            }
        }
        assertThat(gets.subList(STREAMS * AHEAD + 2, gets.size()))
                .as("after its window is full twice")
                .hasSize(OBJECTS - AHEAD - 2)
                .allMatch(JoinedReadTest::isJoined)
                .allMatch(range -> range.from() + range.length() < (STREAMS - 1) * (BLOCK + BLOCK / 10));
        for (int object = 2; object < OBJECTS; object++) {
            read(STREAMS, object).join();
        }
    }

    @Test
    void damageFailsOnlyItsStream() {
        begin();
        ObjectMetadata object = objects.all().get(AHEAD);
        damages = get -> get.key().equals(object.key());
        gets.clear();
        for (int next = 2; next <= AHEAD; next++) {
            for (long stream = 1; stream <= STREAMS; stream++) {
                CompletableFuture<Void> answer = read(stream, next);
                if (stream == 3 && next == AHEAD) {
                    assertThat(answer)
                            .failsWithin(Duration.ZERO)
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(CorruptedDataException.class);
                } else {
                    assertThat(answer).succeedsWithin(Duration.ZERO);
                }
            }
        }
        assertThat(gets.get(0)).matches(JoinedReadTest::isJoined);
        assertThat(readsFrom(object, 4)).as("the stream after the damage").isEqualTo(1);
    }

    @Test
    void damageInTransitFailsNoStream() {
        begin();
        damages = get -> isJoined(get.range());
        for (int object = 2; object < OBJECTS; object++) {
            readAll(object);
        }
    }

    @Test
    void failedGetIsReplacedByGetOfEachStream() {
        begin();
        fails = get -> isJoined(get.range());
        gets.clear();
        for (int object = 2; object < OBJECTS; object++) {
            readAll(object);
        }
        assertThat(gets.stream().filter(JoinedReadTest::isJoined)).hasSize(OBJECTS - AHEAD);
        assertThat(gets).hasSize((OBJECTS - AHEAD) * (1 + STREAMS));
    }

    /** Its objects were replaced, or the stream was trimmed or deleted. */
    @Test
    void streamForgottenDuringJoinedGetFailsNoOther() {
        begin();
        holds = true;
        read(1, 2).join();
        assertThat(gets.get(gets.size() - 1)).matches(JoinedReadTest::isJoined);
        readAhead.forget(2);
        answerAll();
        holds = false;
        for (long stream = 2; stream <= STREAMS; stream++) {
            read(stream, 2).join();
            read(stream, AHEAD).join();
        }
        assertThat(readsFrom(objects.all().get(AHEAD), 3))
                .as("it uses the joined GET")
                .isZero();
    }

    @Test
    void closedDuringJoinedGetReleasesItsMemory() {
        begin();
        holds = true;
        read(1, 2).join();
        assertThat(waiting).isNotEmpty();
        readAhead.close();
        answerAll();
        assertThat(readAhead.bytes()).isZero();
    }

    /** A slow reader would keep the memory of all streams whose blocks came with its own. */
    @Test
    void buffersThatAreMostlyReadAreFreedForOtherReaders() {
        List<Batch> large = List.of(new Batch(0, 1, (int) ALL, 0));
        ObjectMetadata ofOther = objects.write(new TreeMap<>(Map.of(OTHER, large)), 1);
        ranges.put(OTHER, List.of(WrittenObjects.range(large, ofOther)));
        open(ALL, BLOCK, ALL);
        cache.close();
        begin();
        for (int object = 2; object < 5; object++) {
            for (long stream = 1; stream < STREAMS; stream++) {
                read(stream, object).join();
            }
        }
        long before = objects.bytesInMemory();
        assertThat(before)
                .as("objects 2 to 5, of which the last reader needs two blocks")
                .isGreaterThan(STREAMS * BLOCK);
        assertThat(readAhead.bytes()).isGreaterThanOrEqualTo(before);

        CompletableFuture<BlockResult> other =
                reader.read(OTHER, 0, new ReadLimit(Long.MAX_VALUE, (int) ALL, Excess.LAST_BATCH));
        other.join().close();

        assertThat(objects.bytesInMemory()).isLessThan(before - STREAMS * BLOCK / 2);
        answered.clear();
        read(STREAMS, 2).join();
        read(STREAMS, AHEAD).join();
        assertThat(readsFrom(objects.all().get(AHEAD), STREAMS))
                .as("its block was copied, not dropped")
                .isZero();
    }

    /** The accounts hold all memory of joined buffers, in any order of reads. */
    @Test
    void budgetCountsAllMemory() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            open(ALL, (1 + random.nextInt(2)) * BLOCK, (2 + random.nextInt(5)) * BLOCK + BLOCK / 2);
            int[] next = new int[STREAMS];
            int slowest = 0;
            while (slowest < OBJECTS) {
                int stream = random.nextInt(STREAMS);
                if (next[stream] < Math.min(OBJECTS, slowest + 3)) {
                    read(stream + 1, next[stream]++).join();
                    assertThat(objects.bytesInMemory())
                            .as("seed %s", seed)
                            .isLessThanOrEqualTo(readAhead.bytes() + cache.usedBytes());
                }
                slowest = IntStream.of(next).min().orElseThrow();
            }
            readAhead.close();
            assertThat(readAhead.bytes()).isZero();
            cache.clear();
            objects.assertNothingIsHeld();
        }
        assertThat(gets).anyMatch(JoinedReadTest::isJoined);
    }

    private static boolean isJoined(ByteRange.Slice range) {
        return range.length() > 2 * BLOCK;
    }

    /** Returns the reads that begin with the block of a stream. */
    private long readsFrom(ObjectMetadata object, long stream) {
        return answered.stream()
                .filter(get -> get.key().equals(object.key()))
                .filter(get -> get.range().from() / BLOCK == stream - 1)
                .count();
    }
}
