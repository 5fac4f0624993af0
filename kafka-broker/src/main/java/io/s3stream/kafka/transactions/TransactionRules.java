package io.s3stream.kafka.transactions;

import static org.apache.kafka.coordinator.transaction.TransactionState.COMPLETE_ABORT;
import static org.apache.kafka.coordinator.transaction.TransactionState.COMPLETE_COMMIT;
import static org.apache.kafka.coordinator.transaction.TransactionState.ONGOING;
import static org.apache.kafka.coordinator.transaction.TransactionState.PREPARE_ABORT;
import static org.apache.kafka.coordinator.transaction.TransactionState.PREPARE_COMMIT;
import static org.apache.kafka.coordinator.transaction.TransactionState.PREPARE_EPOCH_FENCE;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.server.common.TransactionVersion;

/**
 * The state machine of a transactional id, as Kafka's coordinator has it. A decision {@link Decision.Transit} marks the
 * transition as pending in the metadata; the caller completes it or clears the mark. Otherwise the functions change
 * nothing. Stateless.
 */
final class TransactionRules {

    private TransactionRules() {}

    /**
     * Begins a new instance of a producer: its epoch grows, so that older instances are fenced.
     *
     * @param expected of a producer that recovers from an error and keeps its id
     * @param newId an unused producer id, or -1 if the epochs of the present id are not exhausted
     * @return {@code Transit} to {@code PREPARE_EPOCH_FENCE} if a transaction must be aborted first
     */
    static Decision init(
            TransactionMetadata metadata, int timeoutMs, Optional<ProducerIdAndEpoch> expected, long newId, long now) {
        if (metadata.pendingTransitionInProgress()) {
            return new Decision.Refuse(Errors.CONCURRENT_TRANSACTIONS);
        }
        if (expected.isPresent() && !isKnown(metadata, expected.get())) {
            return new Decision.Refuse(Errors.PRODUCER_FENCED);
        }
        return switch (metadata.state()) {
            case PREPARE_ABORT, PREPARE_COMMIT -> new Decision.Refuse(Errors.CONCURRENT_TRANSACTIONS);
            case EMPTY, COMPLETE_ABORT, COMPLETE_COMMIT -> nextInstance(metadata, timeoutMs, expected, newId, now);
            case ONGOING -> new Decision.Transit(metadata.prepareFenceProducerEpoch());
            case DEAD, PREPARE_EPOCH_FENCE -> throw illegal(metadata);
        };
    }

    private static Decision nextInstance(
            TransactionMetadata metadata, int timeoutMs, Optional<ProducerIdAndEpoch> expected, long newId, long now) {
        boolean isRotated = metadata.isProducerEpochExhausted()
                && expected.map(producer -> producer.epoch == metadata.producerEpoch())
                        .orElse(true);
        if (isRotated && newId == RecordBatch.NO_PRODUCER_ID) {
            return new Decision.Refuse(Errors.CONCURRENT_TRANSACTIONS); // exhausted since the id was asked for
        }
        try {
            return new Decision.Transit(
                    isRotated
                            ? metadata.prepareProducerIdRotation(newId, timeoutMs, now, expected.isPresent())
                            : metadata.prepareIncrementProducerEpoch(
                                    timeoutMs, expected.map(producer -> producer.epoch), now));
        } catch (ApiException e) {
            return new Decision.Refuse(Errors.forException(e));
        }
    }

    private static boolean isKnown(TransactionMetadata metadata, ProducerIdAndEpoch producer) {
        return metadata.producerEpoch() == RecordBatch.NO_PRODUCER_EPOCH
                || producer.producerId == metadata.producerId()
                || (producer.producerId == metadata.prevProducerId()
                        && TransactionMetadata.isEpochExhausted(producer.epoch));
    }

    /** Adds partitions to the transaction, and begins it if it is not ongoing. */
    static Decision add(
            TransactionMetadata metadata,
            TransactionalProducer producer,
            Set<TopicPartition> partitions,
            TransactionVersion version,
            long now) {
        Errors error = check(metadata, producer);
        if (error == Errors.NONE && metadata.pendingTransitionInProgress()) {
            error = Errors.CONCURRENT_TRANSACTIONS;
        }
        if (error != Errors.NONE) {
            return new Decision.Refuse(error);
        }
        if (metadata.state() == ONGOING && metadata.topicPartitions().containsAll(partitions)) {
            return new Decision.Accept(producer.producerId(), producer.producerEpoch());
        }
        return new Decision.Transit(metadata.prepareAddPartitions(new HashSet<>(partitions), now, version));
    }

    /** Checks that a producer is the present instance, and that its last transaction is complete. */
    static Errors check(TransactionMetadata metadata, TransactionalProducer producer) {
        if (metadata.producerId() != producer.producerId()) {
            return Errors.INVALID_PRODUCER_ID_MAPPING;
        }
        if (metadata.producerEpoch() != producer.producerEpoch()) {
            return Errors.PRODUCER_FENCED;
        }
        return metadata.state() == PREPARE_COMMIT || metadata.state() == PREPARE_ABORT
                ? Errors.CONCURRENT_TRANSACTIONS
                : Errors.NONE;
    }

    /**
     * Ends a transaction with version 0 or 1, whose epoch stays the same.
     *
     * @param isFromClient false for the coordinator itself, which has raised the epoch
     */
    static Decision endV1(
            TransactionMetadata metadata,
            TransactionalProducer producer,
            boolean isCommit,
            boolean isFromClient,
            long now) {
        boolean isFence = metadata.pendingState().equals(Optional.of(PREPARE_EPOCH_FENCE));
        if (metadata.producerId() != producer.producerId()) {
            return new Decision.Refuse(Errors.INVALID_PRODUCER_ID_MAPPING);
        }
        if ((isFromClient && producer.producerEpoch() != metadata.producerEpoch())
                || producer.producerEpoch() < metadata.producerEpoch()) {
            return new Decision.Refuse(Errors.PRODUCER_FENCED);
        }
        if (metadata.pendingTransitionInProgress() && !isFence) {
            return new Decision.Refuse(Errors.CONCURRENT_TRANSACTIONS);
        }
        return switch (metadata.state()) {
            case ONGOING -> {
                if (!isCommit && isFence) {
                    applyFence(metadata, producer.producerEpoch());
                }
                yield new Decision.Transit(metadata.prepareAbortOrCommit(
                        isCommit ? PREPARE_COMMIT : PREPARE_ABORT,
                        TransactionVersion.TV_0,
                        RecordBatch.NO_PRODUCER_ID,
                        now,
                        false));
            }
            case COMPLETE_COMMIT -> repeated(isCommit);
            case COMPLETE_ABORT -> repeated(!isCommit);
            case PREPARE_COMMIT -> inProgress(isCommit);
            case PREPARE_ABORT -> inProgress(!isCommit);
            case EMPTY -> new Decision.Refuse(Errors.INVALID_TXN_STATE);
            case DEAD, PREPARE_EPOCH_FENCE -> throw illegal(metadata);
        };
    }

    private static Decision repeated(boolean isSameOutcome) {
        return isSameOutcome
                ? new Decision.Accept(RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH)
                : new Decision.Refuse(Errors.INVALID_TXN_STATE);
    }

    private static Decision inProgress(boolean isSameOutcome) {
        return new Decision.Refuse(isSameOutcome ? Errors.CONCURRENT_TRANSACTIONS : Errors.INVALID_TXN_STATE);
    }

    /**
     * Ends a transaction with version 2: the epoch grows with each transaction, so a repeated request has the epoch
     * before the present one.
     *
     * @param newId an unused producer id for exhausted epochs, or -1
     */
    static Decision endV2(
            TransactionMetadata metadata,
            TransactionalProducer producer,
            boolean isCommit,
            boolean isFromClient,
            long newId,
            long now) {
        short epoch = producer.producerEpoch();
        boolean isFence = metadata.pendingState().equals(Optional.of(PREPARE_EPOCH_FENCE));
        boolean isRetryAfterRotation = !isFence
                && metadata.prevProducerId() == producer.producerId()
                && epoch == Short.MAX_VALUE - 1
                && metadata.producerEpoch() == 0;
        boolean isRetry = isRetryAfterRotation || (!isFence && metadata.producerEpoch() == epoch + 1);
        if (metadata.producerId() != producer.producerId() && !isRetryAfterRotation) {
            return new Decision.Refuse(Errors.INVALID_PRODUCER_ID_MAPPING);
        }
        if (metadata.pendingTransitionInProgress() && !isFence) {
            return new Decision.Refuse(Errors.CONCURRENT_TRANSACTIONS);
        }
        if (!isValidEpoch(metadata, epoch, isFence, isFromClient, isRetry)) {
            return new Decision.Refuse(Errors.PRODUCER_FENCED);
        }
        TransactionState state = metadata.state();
        return switch (state) {
            case ONGOING -> prepare(metadata, isCommit ? PREPARE_COMMIT : PREPARE_ABORT, newId, now, false);
            case COMPLETE_COMMIT, COMPLETE_ABORT -> {
                boolean isSame = isCommit == (state == COMPLETE_COMMIT);
                if (isRetry) {
                    yield isSame
                            ? new Decision.Accept(metadata.producerId(), metadata.producerEpoch())
                            : new Decision.Refuse(Errors.INVALID_TXN_STATE);
                }
                yield isCommit
                        ? new Decision.Refuse(Errors.INVALID_TXN_STATE)
                        : prepare(metadata, PREPARE_ABORT, newId, now, true);
            }
            case PREPARE_COMMIT -> inProgress(isCommit);
            case PREPARE_ABORT -> inProgress(!isCommit);
            case EMPTY ->
                isCommit
                        ? new Decision.Refuse(Errors.INVALID_TXN_STATE)
                        : prepare(metadata, PREPARE_ABORT, newId, now, true);
            case DEAD, PREPARE_EPOCH_FENCE -> throw illegal(metadata);
        };
    }

    private static boolean isValidEpoch(
            TransactionMetadata metadata, short epoch, boolean isFence, boolean isFromClient, boolean isRetry) {
        if (isFence) {
            return (!isFromClient || epoch == metadata.producerEpoch()) && epoch >= metadata.producerEpoch();
        }
        return switch (metadata.state()) {
            case ONGOING, EMPTY, DEAD, PREPARE_EPOCH_FENCE -> epoch == metadata.producerEpoch();
            case PREPARE_COMMIT, PREPARE_ABORT -> metadata.producerEpoch() == epoch + 1;
            case COMPLETE_COMMIT, COMPLETE_ABORT -> isRetry || epoch == metadata.producerEpoch();
        };
    }

    private static Decision prepare(
            TransactionMetadata metadata, TransactionState next, long newId, long now, boolean isEmpty) {
        if (next == PREPARE_ABORT && metadata.pendingState().equals(Optional.of(PREPARE_EPOCH_FENCE))) {
            metadata.pendingState(Optional.empty()); // the end of the transaction raises the epoch, and so fences
        }
        boolean isRotated = metadata.isProducerEpochExhausted();
        if (isRotated && newId == RecordBatch.NO_PRODUCER_ID) {
            return new Decision.Refuse(Errors.CONCURRENT_TRANSACTIONS); // exhausted since the id was asked for
        }
        return new Decision.Transit(metadata.prepareAbortOrCommit(
                next, TransactionVersion.TV_2, isRotated ? newId : RecordBatch.NO_PRODUCER_ID, now, isEmpty));
    }

    /** Takes the raised epoch into the metadata that are about to be written. */
    private static void applyFence(TransactionMetadata metadata, short epoch) {
        metadata.pendingState(Optional.empty());
        metadata.setProducerEpoch(epoch);
        metadata.setLastProducerEpoch(RecordBatch.NO_PRODUCER_EPOCH);
    }

    private static IllegalStateException illegal(TransactionMetadata metadata) {
        return new IllegalStateException(
                metadata.transactionalId() + " is in state " + metadata.state() + ", which is never written");
    }
}
