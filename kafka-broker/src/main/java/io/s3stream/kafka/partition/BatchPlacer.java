package io.s3stream.kafka.partition;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.kafka.producers.ProducerStates;
import io.s3stream.kafka.producers.RecentBatch;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.DuplicateSequenceException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.record.internal.MutableRecordBatch;

/**
 * Checks batches against the states of their producers, stamps them with their offsets, and puts them into the store's
 * queue. Guarded by the lock of its log.
 */
final class BatchPlacer {

    private static final long NO_TIMESTAMP = -1;

    private final Stream stream;
    private final ProducerStates producers;
    private final Clock clock;
    private final Consumer<Throwable> onBroken;

    /** @param onBroken called under the lock when the states no longer match the log, which must end */
    BatchPlacer(Stream stream, ProducerStates producers, Clock clock, Consumer<Throwable> onBroken) {
        this.stream = stream;
        this.producers = producers;
        this.clock = clock;
        this.onBroken = onBroken;
    }

    /** Appends, or refuses. Returns false, without a change, if the store has no memory. */
    boolean place(PendingAppend append) {
        try {
            MutableRecordBatch batch = append.batch();
            if (append.origin() instanceof AppendOrigin.Client) {
                Optional<AppendedBatch> earlier = earlier(batch);
                if (earlier.isPresent()) {
                    append.succeed(earlier.get());
                    return true;
                }
            }
            check(append);
            int count = Math.toIntExact(batch.lastOffset() - batch.baseOffset() + 1);
            long appendTime = append.origin() instanceof AppendOrigin.Client client
                    ? client.options().stamp(batch, clock.millis())
                    : NO_TIMESTAMP;
            int leaderEpoch = Math.toIntExact(stream.epoch() - 1);
            AppendResult result = stream.tryAppend(
                    new RecordBatch(append.records().buffer(), count, Math.max(0, batch.maxTimestamp())),
                    (offset, payload) -> {
                        batch.setLastOffset(offset + count - 1); // the batch is a view of the same bytes
                        batch.setPartitionLeaderEpoch(leaderEpoch);
                    });
            remember(batch);
            append.succeed(new AppendedBatch(result.baseOffset(), result.durable(), appendTime));
        } catch (StoreBusyException e) {
            return false;
        } catch (Throwable e) {
            append.fail(e);
        }
        return true;
    }

    /**
     * The earlier append of the same batch. If the states remember it no longer, its client gets the error that means success
     * without an offset, when the batch is durable. OUT_OF_ORDER_SEQUENCE_NUMBER, which Kafka answers, makes clients repeat
     * the batch until their time-out, and the partition's next batches wait behind it.
     */
    private Optional<AppendedBatch> earlier(MutableRecordBatch batch) {
        Optional<RecentBatch> known = producers.duplicateOf(batch);
        if (known.isPresent()) {
            RecentBatch first = known.get();
            return Optional.of(new AppendedBatch(
                    first.firstOffset(), stream.whenDurable(first.lastOffset() + 1), first.timestamp()));
        }
        OptionalLong end = producers.endOfForgotten(batch);
        if (end.isEmpty()) {
            return Optional.empty();
        }
        CompletableFuture<?> durable = stream.whenDurable(end.getAsLong())
                .thenCompose(done -> CompletableFuture.failedFuture(new DuplicateSequenceException(
                        stream.name() + ": the batch with sequence " + batch.baseSequence() + " was appended before")));
        return Optional.of(new AppendedBatch(-1, durable, NO_TIMESTAMP));
    }

    /** Checks a batch against its producer's state. */
    private void check(PendingAppend append) {
        if (append.origin() instanceof AppendOrigin.Client client) {
            requireFirstInEmptyLog(append.batch());
            producers.check(append.batch(), true, client.guard());
        } else if (append.origin() instanceof AppendOrigin.Coordinator coordinator) {
            producers.check(append.batch(), false, coordinator.guard());
        } else if (append.origin() instanceof AppendOrigin.Own own) {
            producers.checkUnnumbered(append.batch(), own.guard(), own.transactionVersion());
        } else if (append.origin() instanceof AppendOrigin.Marker end) {
            producers.check(end.marker());
        }
    }

    /**
     * Refuses a later batch of a producer while the log is empty. An unknown producer may begin with any sequence, because its
     * batches may have been deleted. An empty log has deleted no batch: the first one was refused before this broker led
     * the partition, and will be repeated. Accepting a later one would refuse the first until its time-out.
     */
    private void requireFirstInEmptyLog(MutableRecordBatch batch) {
        if (batch.hasProducerId()
                && batch.baseSequence() > 0
                && stream.confirmOffset() == 0
                && stream.nextOffset() == 0) {
            throw new OutOfOrderSequenceException("producer " + batch.producerId() + ": sequence "
                    + batch.baseSequence() + " was sent to an empty log, and 0 is expected");
        }
    }

    /** The batch is in the store's queue. Without it the states would be wrong, so a failure ends the log. */
    private void remember(MutableRecordBatch batch) {
        try {
            producers.add(batch, clock.millis());
        } catch (Throwable e) {
            onBroken.accept(e);
            throw e;
        }
    }
}
