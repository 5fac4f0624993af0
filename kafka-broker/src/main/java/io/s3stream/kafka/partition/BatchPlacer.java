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
            Optional<RecentBatch> duplicate = check(append);
            if (duplicate.isPresent()) {
                RecentBatch first = duplicate.get();
                append.succeed(new AppendedBatch(
                        first.firstOffset(), stream.whenDurable(first.lastOffset() + 1), first.timestamp()));
                return true;
            }
            MutableRecordBatch batch = append.batch();
            if (isForgotten(append)) {
                return true;
            }
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
     * Settles the repetition of a batch that was accepted and that the states remember no longer. When the batch is durable,
     * its client gets the error that means success without an offset. OUT_OF_ORDER_SEQUENCE_NUMBER, which Kafka answers,
     * makes clients repeat the batch until their time-out, and the partition's next batches wait behind it.
     */
    private boolean isForgotten(PendingAppend append) {
        OptionalLong end = append.origin() instanceof AppendOrigin.Client
                ? producers.endOfForgotten(append.batch())
                : OptionalLong.empty();
        end.ifPresent(offset -> append.succeed(new AppendedBatch(
                -1,
                stream.whenDurable(offset)
                        .thenCompose(durable -> CompletableFuture.failedFuture(
                                new DuplicateSequenceException(stream.name() + ": the batch with sequence "
                                        + append.batch().baseSequence() + " was appended before"))),
                NO_TIMESTAMP)));
        return end.isPresent();
    }

    /** Checks a batch against its producer's state. Returns the earlier append of the same batch. */
    private Optional<RecentBatch> check(PendingAppend append) {
        if (append.origin() instanceof AppendOrigin.Client client) {
            Optional<RecentBatch> duplicate = producers.duplicateOf(append.batch());
            if (duplicate.isEmpty() && producers.endOfForgotten(append.batch()).isEmpty()) {
                producers.check(append.batch(), true, client.guard());
            }
            return duplicate;
        }
        if (append.origin() instanceof AppendOrigin.Coordinator coordinator) {
            producers.check(append.batch(), false, coordinator.guard());
        } else if (append.origin() instanceof AppendOrigin.Own) {
            producers.checkVerified(append.batch(), clock.millis());
        } else if (append.origin() instanceof AppendOrigin.Marker end) {
            producers.check(end.marker());
        }
        return Optional.empty();
    }

    /** The batch is in the store's queue. Without it the states would be wrong, so a failure ends the log. */
    private void remember(MutableRecordBatch batch) {
        try {
            producers.add(batch);
        } catch (Throwable e) {
            onBroken.accept(e);
            throw e;
        }
    }
}
