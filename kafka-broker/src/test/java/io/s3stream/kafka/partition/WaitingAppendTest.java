package io.s3stream.kafka.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.CloseReason;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.kafka.producers.Batches;
import io.s3stream.kafka.producers.ProducerSnapshot;
import io.s3stream.kafka.producers.ProducerSnapshots;
import io.s3stream.kafka.producers.ProducerStates;
import io.s3stream.kafka.producers.SnapshotWriter;
import io.s3stream.kafka.producers.TransactionMarker;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.junit.jupiter.api.Test;

/** Appends that wait for memory, and logs that end, on a stream that the test controls. */
class WaitingAppendTest {

    private static final int MAX = 1 << 20;

    private final FakeStream stream = new FakeStream();
    private final FakeStream companion = new FakeStream();
    private final AppendBudget budget = new AppendBudget(1000);
    private final PartitionLog log = log(1 << 20);

    private PartitionLog log(long snapshotBytes) {
        LogContext context = new LogContext(
                new LogSettings(snapshotBytes, 1000, Duration.ofDays(1)), Clock.systemUTC(), budget, Runnable::run);
        return PartitionLog.create(
                new TopicPartition("topic", 0),
                Uuid.randomUuid(),
                stream,
                new ProducerStates(ProducerSnapshot.EMPTY, 0, 1000),
                new SnapshotWriter(stream, new ProducerSnapshots(companion), snapshotBytes, Runnable::run, 0),
                context);
    }

    @Test
    void waitingAppendsKeepTheirOrder() {
        stream.isBusy = true;
        List<CompletableFuture<AppendedBatch>> appends = new ArrayList<>();
        for (int sequence = 0; sequence < 5; sequence++) {
            appends.add(log.append(Batches.of(7, 0, sequence, 1, false), MAX));
        }
        assertThat(appends).noneMatch(CompletableFuture::isDone);
        stream.free();
        assertThat(appends).extracting(append -> append.join().baseOffset()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(budget.used()).isZero();
    }

    @Test
    void laterAppendDoesNotOvertakeAWaitingAppend() {
        stream.isBusy = true;
        CompletableFuture<AppendedBatch> first = log.append(Batches.plain(1), MAX);
        stream.isBusy = false;
        CompletableFuture<AppendedBatch> second = log.append(Batches.plain(1), MAX);
        assertThat(second).isNotDone();
        stream.isBusy = true;
        stream.free();
        assertThat(first.join().baseOffset()).isZero();
        assertThat(second.join().baseOffset()).isEqualTo(1);
    }

    @Test
    void waitingBytesAreLimited() {
        stream.isBusy = true;
        List<CompletableFuture<AppendedBatch>> appends = new ArrayList<>();
        int size = Batches.plain(1).sizeInBytes();
        for (int i = 0; i <= 1000 / size; i++) {
            appends.add(log.append(Batches.plain(1), MAX));
        }
        CompletableFuture<AppendedBatch> last = appends.remove(appends.size() - 1);
        assertThatThrownBy(last::join).hasCauseInstanceOf(StoreBusyException.class);
        assertThat(appends).noneMatch(CompletableFuture::isDone);
        assertThat(budget.used()).isLessThanOrEqualTo(1000);
    }

    @Test
    void closingRefusesWaitingAppends() {
        stream.isBusy = true;
        CompletableFuture<AppendedBatch> append = log.append(Batches.plain(1), MAX);
        log.close().join();
        assertThatThrownBy(append::join).hasCauseInstanceOf(NotLeaderOrFollowerException.class);
        assertThat(budget.used()).isZero();
        assertThatThrownBy(() -> log.append(Batches.plain(1), MAX).join())
                .hasCauseInstanceOf(NotLeaderOrFollowerException.class);
        stream.free(); // the late wake-up finds nothing
    }

    @Test
    void theEndOfTheStreamRefusesAppendsAndGivesBothStreamsBack() {
        stream.isBusy = true;
        CompletableFuture<AppendedBatch> append = log.append(Batches.plain(1), MAX);
        stream.end(CloseReason.Cause.FAILED);
        assertThatThrownBy(append::join).hasCauseInstanceOf(NotLeaderOrFollowerException.class);
        assertThatThrownBy(() -> log.append(Batches.plain(1), MAX).join())
                .hasCauseInstanceOf(NotLeaderOrFollowerException.class);
        assertThat(stream.closes).isEqualTo(1);
        assertThat(companion.closes).isEqualTo(1);
    }

    @Test
    void dependentsRunOutsideTheLock() {
        stream.isBusy = true;
        CompletableFuture<Long> seen = log.append(Batches.plain(1), MAX)
                .thenApply(appended -> CompletableFuture.supplyAsync(log::lastStableOffset)
                        .orTimeout(60, java.util.concurrent.TimeUnit.SECONDS)
                        .join());
        stream.free();
        assertThat(seen.join()).isZero();
    }

    @Test
    void aRefusedBatchChangesNothing() {
        log.append(Batches.of(7, 0, 0, 2, false), MAX).join();
        assertThatThrownBy(() -> log.append(Batches.of(7, 0, 5, 1, false), MAX).join())
                .hasCauseInstanceOf(OutOfOrderSequenceException.class);
        assertThat(log.append(Batches.of(7, 0, 2, 1, false), MAX).join().baseOffset())
                .isEqualTo(2);
    }

    @Test
    void duplicateHasOffsetAndTimestampOfTheFirst() {
        log.append(Batches.plain(3), MAX).join();
        log.append(Batches.of(7, 0, 0, 2, false, 5000), MAX).join();
        log.append(Batches.of(7, 0, 2, 1, false, 6000), MAX).join();
        AppendedBatch again =
                log.append(Batches.of(7, 0, 0, 2, false, 5000), MAX).join();
        assertThat(again.baseOffset()).isEqualTo(3);
        assertThat(again.logAppendTime()).isEqualTo(5001);
        assertThat(again.durable()).isNotDone();
        stream.confirm();
        assertThat(again.durable()).isDone();
        assertThat(stream.batches).hasSize(3);
    }

    @Test
    void snapshotWaitsForTheBatchesThatItCovers() {
        PartitionLog snapshots = log(50);
        snapshots.append(Batches.of(7, 0, 0, 2, false), MAX).join();
        assertThat(companion.batches).isEmpty();
        stream.confirm();
        assertThat(companion.batches).hasSize(1);
        companion.confirm();
        for (int i = 1; i <= 20; i++) {
            snapshots.append(Batches.of(7, 0, 2 * i, 2, false), MAX).join();
            stream.confirm();
            companion.confirm();
        }
        assertThat(companion.next).as("snapshots").isGreaterThan(2);
        assertThat(companion.start).as("only two are kept").isEqualTo(companion.next - 2);
    }

    @Test
    void transactionHoldsTheStableOffsetUntilItsMarkerIsDurable() {
        assertThatThrownBy(() -> log.append(Batches.of(7, 0, 0, 1, true), MAX).join())
                .as("without verification")
                .hasCauseInstanceOf(InvalidTxnStateException.class);
        var records = Batches.of(7, 0, 0, 1, true);
        var guard = log.beginVerification(records.batchIterator().next(), false).orElseThrow();
        log.append(Batches.plain(4), MAX).join();
        log.append(records, AppendOptions.ofMaxBytes(MAX), guard).join();
        stream.confirm();
        assertThat(log.lastStableOffset()).isEqualTo(4);
        log.appendMarker(new TransactionMarker(7, (short) 0, false, 3, (short) 1))
                .join();
        assertThat(log.lastStableOffset()).isEqualTo(4);
        stream.confirm();
        assertThat(log.lastStableOffset()).isEqualTo(6);
        assertThat(log.abortedTransactions(0, 6)).singleElement().satisfies(aborted -> {
            assertThat(aborted.firstOffset()).isEqualTo(4);
            assertThat(aborted.lastOffset()).isEqualTo(5);
        });
    }

    @Test
    void markerEndsAVerificationThatBeganBefore() {
        var records = Batches.of(7, 0, 0, 1, true);
        var guard = log.beginVerification(records.batchIterator().next(), false).orElseThrow();
        log.appendMarker(new TransactionMarker(7, (short) 0, false, 3, (short) 1))
                .join();
        assertThatThrownBy(() -> log.append(records, AppendOptions.ofMaxBytes(MAX), guard)
                        .join())
                .hasCauseInstanceOf(InvalidTxnStateException.class);
    }
}
