package io.s3stream.kafka.transactions;

import io.s3stream.kafka.producers.TransactionMarker;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.coordinator.transaction.TxnTransitMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes transitions to the log, and completes transactions: markers to all partitions, then the complete state. Every
 * step ends if this broker no longer leads the partition of the state. Confined to the coordinator's thread.
 */
final class Transitions {

    private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);
    private static final Duration RETRY = Duration.ofMillis(50);

    /** A partition that no broker has known for this time is deleted, and needs no marker. */
    private static final Duration UNKNOWN = Duration.ofSeconds(10);

    private final CoordinatorThread thread;
    private final MarkerSender markers;
    private final Clock clock;
    private final Predicate<StatePartition> isLed;

    Transitions(CoordinatorThread thread, MarkerSender markers, Clock clock, Predicate<StatePartition> isLed) {
        this.thread = thread;
        this.markers = markers;
        this.clock = clock;
        this.isLed = isLed;
    }

    /** A transaction whose outcome is durable and that is not complete. */
    private record Completion(
            StatePartition partition,
            TransactionMetadata metadata,
            TxnTransitMetadata complete,
            TransactionMarker marker,
            long since) {}

    /**
     * Appends a transition that is pending in the metadata. Completes on the coordinator's thread when it is durable and
     * the metadata have it, or with an error, and then the transition is no longer pending.
     */
    CompletableFuture<Errors> append(StatePartition partition, TransactionMetadata metadata, TxnTransitMetadata next) {
        String id = metadata.transactionalId();
        partition.beginTransition(id);
        return partition
                .log()
                .append(id, next)
                .handleAsync(
                        (durable, error) -> {
                            if (!isLed.test(partition)) {
                                return Errors.NOT_COORDINATOR;
                            }
                            Errors outcome = Errors.NONE;
                            if (error == null) {
                                metadata.completeTransitionTo(next);
                            } else {
                                LOG.warn("{}: the transition to {} is not written", id, next.txnState(), error);
                                metadata.pendingState(Optional.empty());
                                outcome = Errors.COORDINATOR_NOT_AVAILABLE;
                            }
                            if (outcome != Errors.NONE || !isPrepared(next.txnState())) {
                                partition.endTransition(id);
                            }
                            return outcome;
                        },
                        thread);
    }

    private static boolean isPrepared(TransactionState state) {
        return state == TransactionState.PREPARE_COMMIT || state == TransactionState.PREPARE_ABORT;
    }

    /** Carries out the end of a transaction. */
    CompletableFuture<ProducerResult> end(StatePartition partition, TransactionMetadata metadata, Decision decision) {
        if (decision instanceof Decision.Transit transit) {
            return append(partition, metadata, transit.next()).thenApply(error -> {
                if (error != Errors.NONE) {
                    return ProducerResult.failed(error);
                }
                TxnTransitMetadata complete = complete(partition, metadata);
                return new ProducerResult(error, complete.producerId(), complete.producerEpoch());
            });
        }
        return CompletableFuture.completedFuture(
                decision instanceof Decision.Accept accept
                        ? new ProducerResult(Errors.NONE, accept.producerId(), accept.producerEpoch())
                        : ProducerResult.failed(((Decision.Refuse) decision).error()));
    }

    /** Completes a prepared transaction. Returns the state that it will have. */
    TxnTransitMetadata complete(StatePartition partition, TransactionMetadata metadata) {
        partition.beginTransition(metadata.transactionalId());
        TransactionMarker marker = new TransactionMarker(
                metadata.producerId(),
                metadata.producerEpoch(),
                metadata.state() == TransactionState.PREPARE_COMMIT,
                partition.log().epoch(),
                metadata.clientTransactionVersion().featureLevel());
        TxnTransitMetadata complete = metadata.prepareComplete(clock.millis());
        send(
                new Completion(partition, metadata, complete, marker, clock.millis()),
                new HashSet<>(metadata.topicPartitions()));
        return complete;
    }

    private void send(Completion completion, Set<TopicPartition> left) {
        if (!isLed.test(completion.partition)) {
            return; // the next leader sends the markers again
        }
        if (left.isEmpty()) {
            finish(completion);
            return;
        }
        markers.send(completion.marker, Set.copyOf(left))
                .thenAcceptAsync(outcomes -> sent(completion, left, outcomes), thread);
    }

    private void sent(Completion completion, Set<TopicPartition> left, Map<TopicPartition, Errors> outcomes) {
        String id = completion.metadata.transactionalId();
        boolean isLate = clock.millis() - completion.since >= UNKNOWN.toMillis();
        for (Map.Entry<TopicPartition, Errors> outcome : outcomes.entrySet()) {
            switch (outcome.getValue()) {
                case NONE, UNSUPPORTED_FOR_MESSAGE_FORMAT -> left.remove(outcome.getKey());
                case UNKNOWN_TOPIC_OR_PARTITION -> {
                    if (isLate) {
                        LOG.info("{}: {} was deleted and gets no marker", id, outcome.getKey());
                        left.remove(outcome.getKey());
                    }
                }
                case INVALID_PRODUCER_EPOCH, TRANSACTION_COORDINATOR_FENCED -> {
                    LOG.warn(
                            "{}: {} refuses the marker: {}. A newer coordinator completes the transaction",
                            id,
                            outcome.getKey(),
                            outcome.getValue());
                    return;
                }
                default ->
                    LOG.debug("{}: the marker for {} is sent again after {}", id, outcome.getKey(), outcome.getValue());
            }
        }
        if (left.isEmpty()) {
            finish(completion);
        } else {
            thread.runAfter(RETRY, () -> send(completion, left));
        }
    }

    private void finish(Completion completion) {
        append(completion.partition, completion.metadata, completion.complete)
                .thenAcceptAsync(
                        error -> {
                            if (error == Errors.COORDINATOR_NOT_AVAILABLE) {
                                // The markers are written: nothing else may happen to the transaction before its
                                // completion.
                                completion.metadata.pendingState(Optional.of(completion.complete.txnState()));
                                completion.partition.beginTransition(completion.metadata.transactionalId());
                                thread.runAfter(RETRY, () -> {
                                    if (isLed.test(completion.partition)) {
                                        finish(completion);
                                    }
                                });
                            }
                        },
                        inline());
    }

    /** The append completes on the coordinator's thread already. */
    private static Executor inline() {
        return Runnable::run;
    }

    /** Removes an idle id. */
    void forget(StatePartition partition, TransactionMetadata metadata) {
        String id = metadata.transactionalId();
        metadata.prepareDead();
        partition.beginTransition(id);
        partition
                .log()
                .remove(id)
                .whenCompleteAsync(
                        (durable, error) -> {
                            if (error == null) {
                                partition.transactions().remove(id, metadata);
                            } else {
                                LOG.warn("{}: the expired id is not removed; the next check tries again", id, error);
                                metadata.pendingState(Optional.empty());
                            }
                            partition.endTransition(id);
                        },
                        thread);
    }
}
