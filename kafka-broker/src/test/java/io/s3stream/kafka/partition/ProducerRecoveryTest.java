package io.s3stream.kafka.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.kafka.producers.Batches;
import io.s3stream.kafka.producers.ProducerEntry;
import io.s3stream.kafka.producers.ProducerSnapshot;
import io.s3stream.kafka.producers.SnapshotBytes;
import io.s3stream.kafka.producers.TransactionMarker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.DuplicateSequenceException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The producers of a log that was opened again, on a real store. */
class ProducerRecoveryTest {

    private static final int MAX = 1 << 20;
    private static final long NOW = System.currentTimeMillis();

    @TempDir
    Path dir;

    private StreamStore store;
    private PartitionLogs logs;
    private PartitionLog log;
    private long logId;
    private long companionId;

    @AfterEach
    void close() {
        store.close();
        logs.close();
    }

    /** The client's first batch was refused by a broker that led no longer, and its second found the next leader. */
    @Test
    void laterBatchOfProducerIsRefusedWhileLogIsEmpty() throws IOException {
        open(1 << 20);
        assertThatThrownBy(() -> append(7, 1, 1)).hasRootCauseInstanceOf(OutOfOrderSequenceException.class);
        assertThat(append(7, 0, 1)).isZero();
        assertThat(append(7, 1, 1)).isEqualTo(1);
        assertThat(append(8, 5, 1))
                .as("the batches of an unknown producer may have been deleted")
                .isEqualTo(2);
    }

    @Test
    void closedLogIsOpenedFromItsSnapshot() throws IOException {
        open(1 << 20);
        append(7, 0, 3);
        log.close().join();
        Stream companion = store.openStream(companionId, OpenOptions.owner()).join();
        assertThat(companion.confirmOffset()).isEqualTo(1);
        companion.close().join();
        reopen();
        assertThat(append(7, 0, 3)).as("a duplicate").isZero();
        assertThat(append(7, 3, 1)).isEqualTo(3);
    }

    @Test
    void snapshotIsUsedAndNotTheBatchesBeforeIt() throws IOException {
        open(1 << 20);
        append(7, 0, 3);
        log.stream().flush().join();
        putSnapshot(new ProducerSnapshot(3, List.of(entry(99)), List.of()));
        assertThat(log.producers()).extracting(ProducerEntry::id).containsExactly(99L);
    }

    @Test
    void snapshotBeyondTheDurableDataIsNotUsed() throws IOException {
        open(1 << 20);
        append(7, 0, 3);
        putSnapshot(new ProducerSnapshot(4, List.of(entry(99)), List.of()));
        assertThat(log.producers()).extracting(ProducerEntry::id).containsExactly(7L);
    }

    @Test
    void snapshotBeforeTheStartOfTheLogIsNotUsed() throws IOException {
        open(1 << 20);
        append(7, 0, 3);
        append(8, 0, 1);
        log.stream().trim(3).join();
        putSnapshot(new ProducerSnapshot(2, List.of(entry(99)), List.of()));
        assertThat(log.producers()).extracting(ProducerEntry::id).containsExactly(8L);
    }

    @Test
    void unreadableSnapshotLeadsToAReplayFromTheStart() throws IOException {
        open(1 << 20);
        append(7, 0, 3);
        byte[] bytes = new byte[100];
        putPart(RecordBatch.of(bytes, 1));
        assertThat(log.producers()).extracting(ProducerEntry::id).containsExactly(7L);
    }

    @Test
    void trimWritesASnapshotFirstSoThatProducersSurvive() throws IOException {
        open(1 << 20);
        append(7, 0, 3);
        append(8, 0, 1);
        log.stream().whenDurable(4).join();
        log.trim(4).join();
        crash();
        assertThat(log.startOffset()).isEqualTo(4);
        assertThat(append(7, 0, 3)).as("a duplicate of a deleted batch").isZero();
    }

    /** A producer of events that happened long ago, such as a migration. */
    @Test
    void producerOfOldRecordsIsNotForgotten() throws IOException {
        open(1 << 20);
        long old = NOW - Duration.ofDays(30).toMillis();
        log.append(Batches.of(7, 0, 0, 2, false, old), MAX).join().durable().join();
        for (int opening = 0; opening < 3; opening++) {
            log.expireProducers();
            AppendedBatch again =
                    log.append(Batches.of(7, 0, 0, 2, false, old), MAX).join();
            assertThat(again.baseOffset()).as("a duplicate").isZero();
            if (opening == 0) {
                crash();
            } else {
                log.close().join();
                reopen();
            }
        }
        assertThat(log.highWatermark()).isEqualTo(2);
    }

    /** A client may send more than five batches to a new leader before it repeats a request to a hung one. */
    @Test
    void batchThatIsRememberedNoLongerIsStillADuplicate() throws IOException {
        open(1 << 20);
        for (int i = 0; i < 20; i++) {
            append(7, 2 * i, 2);
        }
        append(8, 100, 1); // the log has not seen the sequences before
        for (int i = 101; i < 110; i++) {
            append(8, i, 1);
        }
        for (int opening = 0; opening < 2; opening++) {
            assertThat(outcome(7, 0, 2)).isInstanceOf(DuplicateSequenceException.class);
            assertThat(outcome(7, 28, 2)).isInstanceOf(DuplicateSequenceException.class);
            assertThat(outcome(7, 39, 2)).as("partly new").isInstanceOf(OutOfOrderSequenceException.class);
            assertThat(outcome(7, 41, 2)).as("too late").isInstanceOf(OutOfOrderSequenceException.class);
            assertThat(outcome(8, 100, 1)).isInstanceOf(DuplicateSequenceException.class);
            assertThat(outcome(8, 99, 1)).as("never appended").isInstanceOf(OutOfOrderSequenceException.class);
            assertThat(log.highWatermark()).isEqualTo(50);
            if (opening == 0) {
                crash();
            } else {
                log.close().join();
                reopen();
            }
        }
        assertThat(append(7, 40, 1)).isEqualTo(50);
    }

    /** The error of an append, or of its durability. */
    private Throwable outcome(long producer, int sequence, int count) {
        return log.append(Batches.of(producer, 0, sequence, count, false, NOW), MAX)
                .thenCompose(appended -> appended.durable())
                .handle((done, error) -> error instanceof CompletionException ? error.getCause() : error)
                .join();
    }

    @Test
    void crashLosesNoDuplicateAndNoTransaction() throws IOException {
        open(300);
        var records = Batches.of(5, 0, 0, 2, true, NOW);
        var guard = log.beginVerification(records.batchIterator().next(), true).orElseThrow();
        log.append(records, AppendOptions.ofMaxBytes(MAX), guard)
                .join()
                .durable()
                .join();
        for (int i = 0; i < 20; i++) {
            append(7, i, 1);
        }
        log.appendMarker(new TransactionMarker(5, (short) 1, false, 2, (short) 2))
                .join()
                .durable()
                .join();
        List<ProducerEntry> before = log.producers();
        crash();
        assertThat(log.producers())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
                        "lastSeen") // a replay sees the batches again
                .isEqualTo(before);
        assertThat(log.lastStableOffset()).isEqualTo(23);
        assertThat(log.abortedTransactions(0, 23)).singleElement().satisfies(aborted -> {
            assertThat(aborted.firstOffset()).isZero();
            assertThat(aborted.lastOffset()).isEqualTo(22);
        });
        assertThat(append(7, 19, 1)).as("a duplicate").isEqualTo(21);
    }

    @Test
    void appendsDuringTheCloseAreReplayed() throws IOException {
        open(1 << 20);
        append(7, 0, 3);
        log.prepareClose().join();
        append(7, 3, 2); // after the last snapshot
        log.close().join();
        reopen();
        assertThat(append(7, 3, 2)).as("a duplicate").isEqualTo(3);
        assertThat(append(7, 5, 1)).isEqualTo(5);
    }

    @Test
    void openTransactionSurvivesInTheSnapshot() throws IOException {
        open(1 << 20);
        var records = Batches.of(5, 0, 0, 2, true, NOW);
        var guard = log.beginVerification(records.batchIterator().next(), true).orElseThrow();
        log.append(records, AppendOptions.ofMaxBytes(MAX), guard)
                .join()
                .durable()
                .join();
        log.close().join();
        reopen();
        assertThat(log.lastStableOffset()).isZero();
        assertThat(log.append(Batches.of(5, 0, 2, 1, true, NOW), MAX).join().baseOffset())
                .as("the transaction continues without verification")
                .isEqualTo(2);
    }

    /** Appends one batch and waits until it is durable. Returns its offset. */
    private long append(long producer, int sequence, int count) {
        AppendedBatch appended = log.append(Batches.of(producer, 0, sequence, count, false, NOW), MAX)
                .join();
        appended.durable().join();
        return appended.baseOffset();
    }

    private static ProducerEntry entry(long id) {
        return new ProducerEntry(id, (short) 0, -1, NOW, NOW, -1, 0, List.of());
    }

    private void putSnapshot(ProducerSnapshot snapshot) throws IOException {
        putPart(RecordBatch.of(SnapshotBytes.of(snapshot), 1));
    }

    /** Appends to the companion stream as an earlier owner would have, and opens the log again after a crash. */
    private void putPart(RecordBatch part) throws IOException {
        Stream companion = store.openStream(companionId, OpenOptions.owner()).join();
        companion.tryAppend(part).durable().join();
        crash();
    }

    private void open(long snapshotBytes) throws IOException {
        openStore();
        logId = store.createStream(CreateOptions.named("kafka/log/topic/0")).join();
        companionId = store.createStream(CreateOptions.named("kafka/producers/topic/0"))
                .join();
        logs = new PartitionLogs(store, new LogSettings(snapshotBytes, 1 << 20, Duration.ofDays(1)), Clock.systemUTC());
        reopen();
    }

    private void openStore() throws IOException {
        store = StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal(URI.create("block:" + dir.resolve("wal") + "?capacity=64MiB"))
                .nodeId(1)
                .open();
    }

    private void crash() throws IOException {
        store.close(Duration.ZERO).join();
        logs.close();
        openStore();
        logs = new PartitionLogs(store, LogSettings.DEFAULTS, Clock.systemUTC());
        reopen();
    }

    private void reopen() {
        Stream stream = store.openStream(logId, OpenOptions.owner()).join();
        log = logs.open(new TopicPartition("topic", 0), Uuid.randomUuid(), stream, companionId)
                .join();
    }
}
