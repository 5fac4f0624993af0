package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The object storage requests of cold reads. A node with empty caches reads everything. */
class CatchUpTest {

    private static final int LARGEST = 1000;
    private static final long BYTES = 8 << 20;
    private static final int BLOCK = 32 << 10;
    private static final int FETCH = 16 << 10;
    private static final int CHUNK = 128 << 10;

    @TempDir
    Path dir;

    private final WatchedGets gets = new WatchedGets(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
    private final WatchedParts parts = new WatchedParts();
    private StreamStore store;
    private StreamReader stream;

    @BeforeEach
    void writeAndOpenAnotherNode() {
        StreamStore writer = Stores.open(Stores.in(dir).storage(gets).config(sizes().build()));
        Stream written = Stores.own(writer, "a");
        for (long bytes = 0; bytes < BYTES; ) {
            var batch = Payloads.batch(0, written.nextOffset(), LARGEST);
            bytes += batch.payload().remaining();
            written.append(batch);
        }
        Stores.close(writer);
        open(sizes());
    }

    @AfterEach
    void memoryIsReturned() {
        gets.letGo();
        Stores.close(store);
        parts.assertNothingIsLeft();
    }

    /** Objects of 1 MiB, blocks of 32 KiB, windows of 1 MiB: chunks of 128 KiB, an eighth. */
    private static StoreConfig.Builder sizes() {
        return Stores.smallSizes()
                .writeCacheBytes(8 << 20)
                .blockCacheBytes(1 << 20)
                .readBufferBytes(2 << 20)
                .readAheadBytes(1 << 20)
                .uploadThresholdBytes(1 << 20)
                .uploadInterval(Duration.ofHours(1))
                .streamObjectBytes(1 << 20)
                .blockBytes(BLOCK);
    }

    private void open(StoreConfig.Builder config) {
        store = Stores.open(
                Stores.in(dir)
                        .nodeId(7)
                        .storage(gets)
                        .wal("block://" + dir.resolve("wal-7") + "?capacity=4MiB")
                        .config(config.build()),
                parts);
        stream = Stores.read(store, "a");
        gets.reset();
    }

    @Test
    void sequentialReadCostsFewReadsAndEachByteOnce() {
        readAll(stream);

        // The last chunk of an object has the remaining bytes.
        assertThat(gets.blockBytes()).isBetween(BYTES, BYTES * 11 / 10);
        int objects = Stores.get(gets.list("data/", "", 1000)).size();
        assertThat(gets.blockReads()).isLessThanOrEqualTo((int) (BYTES / CHUNK + objects) * 11 / 10);
        assertThat(gets.indexReads()).isLessThanOrEqualTo(objects);
    }

    /** The readers take turns and so stay together. The scheduler has no influence. */
    @Test
    void severalReadersOfSameStreamCostAsMuchAsOne() {
        readAll(stream);
        long alone = gets.blockReads();
        Stores.close(store);
        open(sizes().blockCacheBytes(4 << 20)); // each reader reads ahead

        long end = stream.confirmOffset();
        long[] next = new long[5];
        while (LongStream.of(next).anyMatch(offset -> offset < end)) {
            List<CompletableFuture<FetchResult>> fetches = LongStream.of(next)
                    .mapToObj(offset -> stream.fetch(offset, Long.MAX_VALUE, FETCH, FetchOptions.NO_WAIT))
                    .toList();
            for (int i = 0; i < next.length; i++) {
                try (FetchResult result = Stores.get(fetches.get(i))) {
                    next[i] = result.nextOffset();
                }
            }
        }

        assertThat(gets.blockReads()).isBetween((int) (alone * 9 / 10), (int) (alone * 11 / 10));
    }

    @Test
    void randomReadFetchesItsBlockOnly() {
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            long from = (long) (random.nextDouble() * (stream.confirmOffset() - 1));
            gets.reset();
            Stores.get(stream.fetch(from, from + 1, 1, FetchOptions.NO_WAIT)).close();
            assertThat(gets.blockReads()).isLessThanOrEqualTo(1);
            assertThat(gets.blockBytes()).isLessThanOrEqualTo(BLOCK);
        }
    }

    @Test
    void dataReadByItsOnlyReaderLeavesCache() {
        readAll(stream);

        // The first fetch could not be recognised as the start of a sequential read. The last chunk stays for a while,
        // because the reader may fetch its last batch again.
        assertThat(store.stats().memoryUsedBytes()).isLessThan(4 * BLOCK + CHUNK + CHUNK / 4);
    }

    @Test
    void memoryStaysWithinBudgetForManyReaders() {
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            long from = stream.confirmOffset() * i / 16;
            readers.add(CompletableFuture.runAsync(() -> read(stream, from, Long.MAX_VALUE)));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new));
        long limit = store.stats().memoryLimitBytes();
        while (!all.isDone()) {
            assertThat(store.stats().memoryUsedBytes()).isLessThanOrEqualTo(limit);
            Thread.onSpinWait();
        }
        Stores.get(all);
    }

    @Test
    void damagedBlockIsReadOnceMore() {
        gets.damage(1);
        readAll(stream);
    }

    @Test
    void blockDamagedTwiceIsReportedWithItsPosition() {
        gets.damage(2);

        assertThat(Stores.failure(() -> stream.fetch(0, 1, 1, FetchOptions.NO_WAIT)))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining("object=data/")
                .hasMessageContaining("position=0")
                .hasMessageContaining("stream=" + stream.id());
        readAll(stream); // the damage was in transit
    }

    @Test
    void damagedReadAheadDoesNotFailReader() {
        long next = read(stream, 0, 10);
        gets.damage(2);
        read(stream, next, Long.MAX_VALUE);
    }

    @Test
    void slowReadIsHedged() {
        long half = stream.confirmOffset() / 2;
        while (gets.blockReads() < 200) {
            read(stream, 0, half);
            Stores.close(store);
            open(sizes().blockCacheBytes(0).readAheadBytes(0)); // single blocks: many reads to compare with
            for (long from = 0; from < half; from += 10) {
                Stores.get(stream.fetch(from, from + 1, 1, FetchOptions.NO_WAIT))
                        .close();
            }
        }
        gets.hold(1);
        read(stream, half, Long.MAX_VALUE);
        assertThat(gets.heldReads()).as("the first read is still in flight").isEqualTo(1);
        gets.letGo();
    }

    @Test
    void dataOfCancelledFetchIsKept() {
        gets.hold(1);
        var fetch = stream.fetch(0, 1, 1, FetchOptions.NO_WAIT);
        await().until(() -> gets.heldReads() == 1);
        fetch.cancel(false);
        gets.letGo();
        await().until(() -> store.stats().memoryUsedBytes() > 0);

        Stores.get(stream.fetch(0, 1, 1, FetchOptions.NO_WAIT)).close();
        assertThat(gets.blockReads()).isEqualTo(1);
    }

    @Test
    void abandonedReaderReturnsItsMemory() {
        List<FetchResult> open = new ArrayList<>();
        for (int i = 0; i < 30; i++) { // readers that stop after three fetches, with their windows full
            long next = stream.confirmOffset() * i / 30;
            for (int n = 0; n < 3; n++) {
                FetchResult result = Stores.get(stream.fetch(next, Long.MAX_VALUE, FETCH, FetchOptions.NO_WAIT));
                open.add(result);
                next = result.nextOffset();
            }
        }
        readAll(stream);
        open.forEach(FetchResult::close);
    }

    private static void readAll(StreamReader stream) {
        read(stream, 0, Long.MAX_VALUE);
    }

    /** Reads up to {@code end} or the stream's end in small fetches, checks every byte, and returns the next offset. */
    private static long read(StreamReader stream, long from, long end) {
        long to = Math.min(end, stream.confirmOffset());
        long next = from;
        while (next < to) {
            try (FetchResult result = Stores.get(stream.fetch(next, Long.MAX_VALUE, FETCH, FetchOptions.NO_WAIT))) {
                assertThat(result.batches()).isNotEmpty();
                assertThat(result.batches().get(0).baseOffset()).isLessThanOrEqualTo(next);
                result.batches().forEach(batch -> Payloads.verify(batch, 0, LARGEST));
                next = result.nextOffset();
            }
        }
        return next;
    }
}
