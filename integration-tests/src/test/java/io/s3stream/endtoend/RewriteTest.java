package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.BatchFilter.Verdict;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RewriteReport;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host rewrites committed data through a filter, as for a compacted topic. */
@Timeout(60)
class RewriteTest {

    private static final int RECORD_HEADER = 48;
    private static final int BATCHES = 60;
    private static final int PAYLOAD = 4000;
    private static final int SHORT = 10;

    @TempDir
    Path dir;

    private StreamStore store;
    private Stream stream;
    private Stream other;

    @BeforeEach
    void open() {
        open(Stores.small());
    }

    private void open(StoreConfig config) {
        store = Stores.open(Stores.in(dir).config(config));
        stream = Stores.own(store, "a");
        other = Stores.own(store, "b");
    }

    @AfterEach
    void close() {
        Stores.close(store);
        WatchedParts.awaitNoThreads();
    }

    /** Batches of two offsets in several uploads, together with those of another stream. */
    private void fill() {
        for (int i = 0; i < BATCHES; i++) {
            stream.append(batch(i, 2));
            other.append(batch(i, 1));
            if (i % 20 == 19) {
                Stores.get(stream.flush());
                Stores.get(other.flush());
            }
        }
    }

    private static RecordBatch batch(int number, int count) {
        ByteBuffer payload = ByteBuffer.allocate(PAYLOAD);
        for (int at = 0; at < PAYLOAD; at++) {
            payload.put(at, (byte) (number + at));
        }
        return new RecordBatch(payload.putInt(0, number), count, 1000 + number);
    }

    private static int number(FetchedBatch batch) {
        return (int) (batch.baseOffset() / batch.recordCount());
    }

    /** Drops every second batch, and shortens every fifth. */
    private static Verdict filter(FetchedBatch batch) {
        int number = number(batch);
        return number % 2 == 0
                ? Verdict.drop()
                : number % 5 == 0 ? Verdict.replace(batch.payload().limit(SHORT)) : Verdict.keep();
    }

    private static int bytesOf(int number) {
        return number % 2 == 0 ? 0 : number % 5 == 0 ? SHORT : PAYLOAD;
    }

    private RewriteReport rewrite(BatchFilter filter) {
        return Stores.get(store.rewrite(stream.id(), 0, Long.MAX_VALUE, filter));
    }

    private static void checkRewritten(StreamReader reader) {
        List<Integer> numbers = new ArrayList<>();
        Stores.scan(reader, reader.startOffset(), 2 * BATCHES, 100_000, batch -> {
            int number = number(batch);
            numbers.add(number);
            assertThat(batch.recordCount()).isEqualTo(2);
            assertThat(batch.maxTimestamp()).isEqualTo(1000 + number);
            assertThat(batch.payload().remaining()).isEqualTo(bytesOf(number));
            assertThat(batch.isDropped()).isEqualTo(number % 2 == 0);
            if (!batch.isDropped()) {
                assertThat(batch.payload().getInt(0)).isEqualTo(number);
            }
        });
        assertThat(numbers).hasSize((int) (BATCHES - reader.startOffset() / 2));
    }

    private static void checkUnchanged(StreamReader reader) {
        Stores.scan(
                reader,
                0,
                reader.confirmOffset(),
                100_000,
                batch -> assertThat(batch.payload().remaining()).isEqualTo(PAYLOAD));
    }

    @Test
    void readsGiveTheNewPayloadsWithTheSameOffsets() {
        fill();
        checkUnchanged(stream); // now the write cache and read-ahead hold the old payloads

        RewriteReport report = rewrite(RewriteTest::filter);

        assertThat(report.startOffset()).isZero();
        assertThat(report.endOffset()).isEqualTo(2 * BATCHES);
        assertThat(report.batches()).isEqualTo(BATCHES);
        assertThat(report.dropped()).isEqualTo(BATCHES / 2);
        assertThat(report.changed()).isEqualTo(BATCHES / 10);
        assertThat(report.bytesBefore()).isEqualTo((long) BATCHES * (PAYLOAD + RECORD_HEADER));
        checkRewritten(stream);
        checkRewritten(Stores.read(store, "a"));
        checkUnchanged(other);
        long size = BATCHES * RECORD_HEADER;
        for (int i = 0; i < BATCHES; i++) {
            size += bytesOf(i);
        }
        assertThat(report.bytesAfter()).isEqualTo(size);
        assertThat(Stores.get(stream.sizeBytes(0, 2 * BATCHES))).isEqualTo(size);
        assertThat(Stores.get(stream.offsetForTimestamp(1017))).isEqualTo(OptionalLong.of(34));
        assertThat(Stores.get(stream.offsetForTimestamp(1018))).isEqualTo(OptionalLong.of(36));
    }

    /** A sequential reader has the rest of the old objects in memory. */
    @Test
    void dataThatWasReadAheadIsForgotten() {
        fill();
        Stores.close(store);
        open(); // the write cache is empty
        Stores.scan(
                stream, 0, 40, 10_000, batch -> assertThat(batch.isDropped()).isFalse());

        rewrite(batch -> Verdict.drop());

        Stores.scan(
                stream,
                40,
                2 * BATCHES,
                10_000,
                batch -> assertThat(batch.isDropped())
                        .as("offset %d", batch.baseOffset())
                        .isTrue());
    }

    @Test
    void storeIsWholeAfterwardsAndRebuildFindsTheRewrittenForm() {
        fill();
        rewrite(RewriteTest::filter);
        Stores.get(stream.append(batch(BATCHES, 2)).durable());
        Stores.close(store);
        Stores.verifyDeep(Stores.objects(dir));

        // The replaced objects are still there: nothing has deleted them.
        RebuildReport rebuilt = Stores.get(StreamStore.builder()
                .storage(Stores.objects(dir))
                .rebuild(RebuildOptions.into(dir.resolve("rebuilt").toUri())));
        assertThat(rebuilt.findings().list()).isEmpty();
        try (StreamStore again = Stores.open(StreamStore.builder()
                .storage(dir.resolve("rebuilt").toUri())
                .wal("block://" + dir.resolve("rebuilt-wal") + "?capacity=4MiB&singleAttach=true")
                .config(Stores.small()))) {
            checkRewritten(Stores.read(again, "a"));
            checkUnchanged(Stores.read(again, "b"));
        }
        open();
        checkRewritten(stream);
    }

    @Test
    void onlyBatchesWithinTheRangePassTheFilter() {
        fill();
        List<Long> seen = new ArrayList<>();
        RewriteReport report = Stores.get(store.rewrite(stream.id(), 21, 61, batch -> {
            seen.add(batch.baseOffset());
            return Verdict.drop();
        }));

        assertThat(seen).hasSize(19).startsWith(22L).endsWith(58L).isSorted();
        assertThat(report.dropped()).isEqualTo(19);
        Stores.scan(
                stream,
                0,
                2 * BATCHES,
                100_000,
                batch -> assertThat(batch.isDropped()).isEqualTo(batch.baseOffset() >= 22 && batch.endOffset() <= 60));
    }

    @Test
    void unchangedRangesAreNotReplaced() {
        fill();
        var before = Stores.get(store.describeRanges(stream.id()));

        RewriteReport report = rewrite(batch -> Verdict.keep());

        assertThat(report.batches()).isEqualTo(BATCHES);
        assertThat(report.bytesAfter()).isEqualTo(report.bytesBefore());
        assertThat(Stores.get(store.describeRanges(stream.id()))).isEqualTo(before);
    }

    @Test
    void droppedBatchesDoNotPassTheFilterAgain() {
        fill();
        rewrite(RewriteTest::filter);
        AtomicInteger calls = new AtomicInteger();

        RewriteReport second = rewrite(batch -> {
            calls.incrementAndGet();
            return Verdict.keep();
        });

        assertThat(calls).hasValue(BATCHES / 2);
        assertThat(second.batches()).isEqualTo(BATCHES / 2);
        checkRewritten(stream);
    }

    @Test
    void failedFilterChangesNothing() {
        fill();
        var before = Stores.get(store.describeRanges(stream.id()));
        Error thrown = new AssertionError("simulated");
        List<BatchFilter> filters = List.of(
                failingAt(100, () -> {
                    throw thrown;
                }),
                failingAt(100, () -> {
                    throw new IllegalStateException("simulated");
                }),
                failingAt(100, () -> null),
                batch -> Verdict.replace(ByteBuffer.allocate(PAYLOAD + 1)));
        for (BatchFilter filter : filters) {
            assertThatThrownBy(() -> rewrite(filter))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("stream=" + stream.id() + " offset=");
        }
        assertThatThrownBy(() -> rewrite(filters.get(0))).hasRootCause(thrown);
        assertThat(Stores.get(store.describeRanges(stream.id()))).isEqualTo(before);
        checkUnchanged(stream);
        rewrite(RewriteTest::filter);
        checkRewritten(stream);
    }

    private interface Failure {
        Verdict fail();
    }

    private static BatchFilter failingAt(long offset, Failure failure) {
        return batch -> batch.baseOffset() == offset ? failure.fail() : Verdict.drop();
    }

    @Test
    void onlyTheOwnerRewritesAnOpenStreamAndAnyNodeAClosedOne() {
        fill();
        try (StreamStore second = Stores.open(StreamStore.builder()
                .nodeId(1)
                .storage(Stores.objects(dir))
                .wal(Stores.storeWal())
                .config(Stores.small()))) {
            assertThat(Stores.failure(() -> second.rewrite(stream.id(), 0, Long.MAX_VALUE, RewriteTest::filter)))
                    .isInstanceOf(StreamOpenElsewhereException.class);
            Stores.get(stream.close());

            Stores.get(second.rewrite(stream.id(), 0, Long.MAX_VALUE, RewriteTest::filter));

            checkRewritten(Stores.read(second, "a"));
            stream = Stores.get(second.openStream(stream.id(), OpenOptions.owner()));
            checkRewritten(stream);
        }
    }

    @Test
    void changeOfOwnerEndsTheRewrite() throws InterruptedException {
        fill();
        Stores.get(stream.close());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch opened = new CountDownLatch(1);
        CompletableFuture<RewriteReport> rewriting = store.rewrite(stream.id(), 0, Long.MAX_VALUE, batch -> {
            begun.countDown();
            await(opened);
            return Verdict.drop();
        });
        begun.await();
        stream = Stores.own(store, "a");
        opened.countDown();

        assertThat(Stores.failure(() -> rewriting)).hasMessageContaining("was opened since the rewriting began");
        checkUnchanged(stream);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void trimmedAndSealedStreamIsRewritten() {
        fill();
        Stores.get(stream.trim(45));
        Stores.get(store.seal(stream.id()));

        RewriteReport report = rewrite(RewriteTest::filter);

        assertThat(report.startOffset()).isEqualTo(45);
        assertThat(stream.startOffset()).isEqualTo(45);
        assertThat(stream.isSealed()).isTrue();
        Stores.scan(
                stream,
                46,
                2 * BATCHES,
                100_000,
                batch -> assertThat(batch.payload().remaining()).isEqualTo(bytesOf(number(batch))));
    }

    /** Compaction replaces the same objects, and the owner appends and uploads. */
    @Test
    void rewriteAndCompactionTakeTurns() {
        Stores.close(store);
        open(Stores.compacting());
        for (int round = 0; round < 5; round++) {
            fill();
            long end = stream.nextOffset();
            RewriteReport report = Stores.get(store.rewrite(
                    stream.id(),
                    0,
                    end,
                    batch -> Verdict.replace(batch.payload()
                            .limit(Math.min(SHORT, batch.payload().remaining())))));
            assertThat(report.endOffset()).isEqualTo(end);
            assertThat(report.changed()).isGreaterThanOrEqualTo(BATCHES);
            Stores.scan(
                    stream,
                    0,
                    end,
                    100_000,
                    batch -> assertThat(batch.payload().remaining()).isEqualTo(SHORT));
        }
        checkUnchanged(other);
        Stores.close(store);
        Stores.verifyDeep(Stores.objects(dir));
        open();
    }

    @Test
    void badRequestsNameTheFault() {
        fill();
        long id = stream.id();
        BatchFilter keep = batch -> Verdict.keep();
        assertThat(Stores.failure(() -> store.rewrite(id, -1, 5, keep))).hasMessageContaining("from=-1");
        assertThat(Stores.failure(() -> store.rewrite(id, 5, 4, keep))).hasMessageContaining("to=4");
        assertThat(Stores.failure(() -> store.rewrite(id, 0, 5, null))).hasMessageContaining("filter=null");
        assertThat(Stores.failure(() -> store.rewrite(4711, 0, 5, keep))).isInstanceOf(StreamNotFoundException.class);
        assertThatThrownBy(() -> Verdict.replace(ByteBuffer.allocate(0))).hasMessageContaining("payload is empty");
        RewriteReport nothing = Stores.get(store.rewrite(id, Long.MAX_VALUE - 1, Long.MAX_VALUE, keep));
        assertThat(nothing.batches()).isZero();
        assertThat(nothing.startOffset()).isEqualTo(nothing.endOffset());
    }

    @Test
    void closeEndsTheRewriteEvenWhileTheFilterHangs() throws InterruptedException {
        fill();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<RewriteReport> hanging = store.rewrite(stream.id(), 0, Long.MAX_VALUE, batch -> {
            begun.countDown();
            await(over);
            return Verdict.drop();
        });
        CompletableFuture<RewriteReport> waiting =
                store.rewrite(other.id(), 0, Long.MAX_VALUE, batch -> Verdict.drop());
        begun.await();
        Stores.close(store);
        StreamException reason = Stores.failure(() -> hanging);
        assertThat(reason).isInstanceOf(StoreClosedException.class);
        assertThat(Stores.failure(() -> waiting)).isInstanceOf(StoreClosedException.class);
        over.countDown();
        open();
        checkUnchanged(stream);
        checkUnchanged(other);
    }
}
