package io.s3stream.endtoend;

import static io.s3stream.endtoend.RewrittenBatches.BATCHES;
import static io.s3stream.endtoend.RewrittenBatches.PAYLOAD;
import static io.s3stream.endtoend.RewrittenBatches.RECORD_HEADER;
import static io.s3stream.endtoend.RewrittenBatches.batch;
import static io.s3stream.endtoend.RewrittenBatches.bytesOf;
import static io.s3stream.endtoend.RewrittenBatches.checkRewritten;
import static io.s3stream.endtoend.RewrittenBatches.checkUnchanged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.BatchFilter.Verdict;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RewriteReport;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host rewrites committed data through a filter, as for a compacted topic. */
@Timeout(60)
class RewriteTest {

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

    private RewriteReport rewrite(BatchFilter filter) {
        return Stores.get(store.rewrite(stream.id(), 0, Long.MAX_VALUE, filter));
    }

    @Test
    void readsGiveTheNewPayloadsWithTheSameOffsets() {
        RewrittenBatches.fill(stream, other);
        checkUnchanged(stream); // now the write cache and read-ahead hold the old payloads

        RewriteReport report = rewrite(RewrittenBatches::filter);

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
        RewrittenBatches.fill(stream, other);
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
    void storeIsWholeAndRebuildFindsTheRewrittenForm() {
        RewrittenBatches.fill(stream, other);
        rewrite(RewrittenBatches::filter);
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
        RewrittenBatches.fill(stream, other);
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
    void streamIsRewrittenAlsoWithoutCompaction() {
        Stores.close(store);
        open(Stores.smallSizes().compactionEnabled(false).build());
        RewrittenBatches.fill(stream, other);
        rewrite(RewrittenBatches::filter);
        checkRewritten(stream);
        checkUnchanged(other);
    }

    @Test
    void unchangedRangesAreNotReplaced() {
        RewrittenBatches.fill(stream, other);
        var before = Stores.get(store.describeRanges(stream.id()));

        RewriteReport report = rewrite(batch -> Verdict.keep());

        assertThat(report.batches()).isEqualTo(BATCHES);
        assertThat(report.bytesAfter()).isEqualTo(report.bytesBefore());
        assertThat(Stores.get(store.describeRanges(stream.id()))).isEqualTo(before);
    }

    @Test
    void droppedBatchesDoNotPassTheFilterAgain() {
        RewrittenBatches.fill(stream, other);
        rewrite(RewrittenBatches::filter);
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
        RewrittenBatches.fill(stream, other);
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
        rewrite(RewrittenBatches::filter);
        checkRewritten(stream);
    }

    private interface Failure {
        Verdict fail();
    }

    private static BatchFilter failingAt(long offset, Failure failure) {
        return batch -> batch.baseOffset() == offset ? failure.fail() : Verdict.drop();
    }

    @Test
    void badRequestsNameTheFault() {
        RewrittenBatches.fill(stream, other);
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
}
