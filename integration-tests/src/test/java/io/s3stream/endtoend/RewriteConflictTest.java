package io.s3stream.endtoend;

import static io.s3stream.endtoend.RewrittenBatches.BATCHES;
import static io.s3stream.endtoend.RewrittenBatches.SHORT;
import static io.s3stream.endtoend.RewrittenBatches.batch;
import static io.s3stream.endtoend.RewrittenBatches.bytesOf;
import static io.s3stream.endtoend.RewrittenBatches.checkRewritten;
import static io.s3stream.endtoend.RewrittenBatches.checkUnchanged;
import static io.s3stream.endtoend.RewrittenBatches.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.BatchFilter.Verdict;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamOpenElsewhereException;
import io.s3stream.api.tools.RewriteReport;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host rewrites a stream while its owner changes, compaction replaces the same objects, or the store closes. */
@Timeout(60)
class RewriteConflictTest {

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
    void onlyTheOwnerRewritesAnOpenStreamAndAnyNodeAClosedOne() {
        RewrittenBatches.fill(stream, other);
        try (StreamStore second = Stores.open(StreamStore.builder()
                .nodeId(1)
                .storage(Stores.objects(dir))
                .wal(Stores.storeWal())
                .config(Stores.small()))) {
            assertThat(Stores.failure(() -> second.rewrite(stream.id(), 0, Long.MAX_VALUE, RewrittenBatches::filter)))
                    .isInstanceOf(StreamOpenElsewhereException.class);
            Stores.get(stream.close());

            Stores.get(second.rewrite(stream.id(), 0, Long.MAX_VALUE, RewrittenBatches::filter));

            checkRewritten(Stores.read(second, "a"));
            stream = Stores.get(second.openStream(stream.id(), OpenOptions.owner()));
            checkRewritten(stream);
        }
    }

    @Test
    void changeOfOwnerEndsTheRewrite() throws InterruptedException {
        RewrittenBatches.fill(stream, other);
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

    /** Compaction replaces the same objects, and the owner appends and uploads. */
    @Test
    void rewriteAndCompactionTakeTurns() {
        Stores.close(store);
        open(Stores.compacting());
        for (int round = 0; round < 5; round++) {
            RewrittenBatches.fill(stream, other);
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
    void closeEndsTheRewriteEvenWhileTheFilterHangs() throws InterruptedException {
        RewrittenBatches.fill(stream, other);
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

    @Test
    void trimmedAndSealedStreamIsRewritten() {
        RewrittenBatches.fill(stream, other);
        Stores.get(stream.trim(45));
        Stores.get(store.seal(stream.id()));

        RewriteReport report = rewrite(RewrittenBatches::filter);

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
}
