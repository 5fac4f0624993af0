package io.s3stream.kafka.protocol;

import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.producers.VerificationGuard;
import io.s3stream.kafka.transactions.PartitionVerifier;
import io.s3stream.kafka.transactions.TransactionalProducer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The transactional batches of one produce request. Those whose transaction is not open in their log are verified with
 * the coordinator, in one call for all. Confined to the thread of the request until {@link #verify}.
 */
final class TransactionalAppends {

    /** Clients that add partitions by the produce request itself. */
    private static final int FIRST_WITH_ADDING = 12;

    /** Clients that know the error TRANSACTION_ABORTABLE. */
    private static final int FIRST_WITH_ABORTABLE = 11;

    private final PartitionVerifier verifier;
    private final @Nullable String transactionalId;
    private final int version;
    private final Map<TopicPartition, VerificationGuard> guards = new HashMap<>();
    private @Nullable TransactionalProducer producer;

    TransactionalAppends(PartitionVerifier verifier, @Nullable String transactionalId, int version) {
        this.verifier = verifier;
        this.transactionalId = transactionalId;
        this.version = version;
    }

    /** Includes a batch. Returns the error for a transactional batch in a request without a transactional id. */
    Errors include(PartitionLog log, MemoryRecords records) {
        var batches = records.batches().iterator();
        if (!batches.hasNext()) {
            return Errors.NONE; // the append reports it
        }
        MutableRecordBatch batch = batches.next();
        if (!batch.isTransactional()) {
            return Errors.NONE;
        }
        if (transactionalId == null) {
            return Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
        }
        if (batch.isControlBatch()) {
            return Errors.INVALID_RECORD;
        }
        TransactionalProducer owner =
                new TransactionalProducer(transactionalId, batch.producerId(), batch.producerEpoch());
        if (producer != null && !producer.equals(owner)) {
            return Errors.INVALID_REQUEST; // one request has batches of one producer
        }
        producer = owner;
        Optional<VerificationGuard> guard = log.beginVerification(batch, version >= FIRST_WITH_ADDING);
        guard.ifPresent(present -> guards.put(log.name(), present));
        return Errors.NONE;
    }

    /** The guard of a partition's batch, if it needs one. */
    @Nullable
    VerificationGuard guard(TopicPartition partition) {
        return guards.get(partition);
    }

    /** Asks the coordinator. Completes with the partitions that it refuses, and the error for the client. */
    CompletableFuture<Map<TopicPartition, Errors>> verify() {
        if (guards.isEmpty() || producer == null) {
            return CompletableFuture.completedFuture(Map.of());
        }
        return verifier.verify(producer, guards.keySet(), version >= FIRST_WITH_ADDING)
                .thenApply(outcomes -> {
                    Map<TopicPartition, Errors> refused = new HashMap<>();
                    outcomes.forEach((partition, error) -> {
                        if (error != Errors.NONE) {
                            refused.put(partition, known(error));
                        }
                    });
                    return refused;
                });
    }

    /** The error that makes a producer of this version do the right thing. */
    private Errors known(Errors error) {
        return switch (error) {
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, NETWORK_EXCEPTION ->
                Errors.NOT_ENOUGH_REPLICAS; // it retries
            case CONCURRENT_TRANSACTIONS ->
                version >= FIRST_WITH_ADDING ? Errors.CONCURRENT_TRANSACTIONS : Errors.NOT_ENOUGH_REPLICAS;
            case TRANSACTION_ABORTABLE ->
                version >= FIRST_WITH_ABORTABLE ? Errors.TRANSACTION_ABORTABLE : Errors.INVALID_TXN_STATE;
            case PRODUCER_FENCED -> Errors.INVALID_PRODUCER_EPOCH;
            default -> error;
        };
    }
}
