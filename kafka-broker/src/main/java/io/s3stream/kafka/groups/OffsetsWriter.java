package io.s3stream.kafka.groups;

import io.s3stream.kafka.transactions.PartitionVerifier;
import io.s3stream.kafka.transactions.TransactionalProducer;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of the coordinators, also those of transactions and their markers. The coordinators' own threads
 * call it, and they may wait here for memory.
 */
final class OffsetsWriter implements PartitionWriter {

    private static final int FIRST_WITH_ADDING = 5;
    private static final int FIRST_WITH_ABORTABLE = 4;

    private static final LogConfig CONFIG =
            new LogConfig(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, OffsetsLog.MAX_BATCH_BYTES));

    private final OffsetsLogs logs;

    /** By the guard that the coordinator keeps for it. A guard that it drops is dropped here. */
    private final Map<VerificationGuard, io.s3stream.kafka.producers.VerificationGuard> guards =
            Collections.synchronizedMap(new WeakHashMap<>());

    private volatile @Nullable PartitionVerifier verifier;

    OffsetsWriter(OffsetsLogs logs) {
        this.logs = logs;
    }

    /** Sets where transactions are verified, before the first request. */
    void verifyWith(PartitionVerifier coordinators) {
        verifier = coordinators;
    }

    @Override
    public void registerListener(TopicPartition partition, Listener listener) {
        logs.get(partition).progress().listen(listener);
    }

    @Override
    public void deregisterListener(TopicPartition partition, Listener listener) {
        logs.find(partition).ifPresent(log -> log.progress().forget(listener));
    }

    @Override
    public LogConfig config(TopicPartition partition) {
        return CONFIG;
    }

    @Override
    public long append(
            TopicPartition partition, VerificationGuard guard, MemoryRecords records, short transactionVersion) {
        OffsetsLog log = logs.get(partition);
        long position = log.append(records, guards.remove(guard), transactionVersion);
        logs.cleanIfDue(log);
        return position;
    }

    /**
     * Asks the coordinator of a transaction whether it includes the partition of the offsets. If the transaction ends before
     * the offsets are written, its marker ends the guard, and the offsets are refused: else they would stay pending.
     *
     * @param apiVersion of TxnOffsetCommit
     */
    @Override
    public CompletableFuture<VerificationGuard> maybeStartTransactionVerification(
            TopicPartition partition, String transactionalId, long producerId, short producerEpoch, int apiVersion) {
        PartitionVerifier coordinators = verifier;
        if (coordinators == null) {
            return CompletableFuture.failedFuture(new CoordinatorLoadInProgressException("the broker starts"));
        }
        boolean isAdded = apiVersion >= FIRST_WITH_ADDING;
        Optional<io.s3stream.kafka.producers.VerificationGuard> guard;
        try {
            guard = logs.get(partition)
                    .log()
                    .beginVerification(producerId, producerEpoch, RecordBatch.NO_SEQUENCE, isAdded);
        } catch (KafkaException e) {
            return CompletableFuture.failedFuture(e);
        }
        return coordinators
                .verify(
                        new TransactionalProducer(transactionalId, producerId, producerEpoch),
                        Set.of(partition),
                        isAdded)
                .thenApply(outcomes -> {
                    Errors error = outcomes.getOrDefault(partition, Errors.UNKNOWN_SERVER_ERROR);
                    if (error != Errors.NONE) {
                        throw known(error, apiVersion)
                                .exception("the coordinator of transaction " + transactionalId + " answers " + error);
                    }
                    if (guard.isEmpty()) {
                        return VerificationGuard.SENTINEL;
                    }
                    VerificationGuard key = new VerificationGuard();
                    guards.put(key, guard.get());
                    return key;
                });
    }

    /** The error that makes a producer of this version do the right thing. */
    private static Errors known(Errors error, int version) {
        return switch (error) {
            // The producer would look for the coordinator of the group, which is another one.
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, NETWORK_EXCEPTION -> Errors.COORDINATOR_LOAD_IN_PROGRESS;
            case CONCURRENT_TRANSACTIONS -> version >= FIRST_WITH_ADDING ? error : Errors.COORDINATOR_LOAD_IN_PROGRESS;
            case TRANSACTION_ABORTABLE -> version >= FIRST_WITH_ABORTABLE ? error : Errors.INVALID_TXN_STATE;
            case PRODUCER_FENCED -> Errors.INVALID_PRODUCER_EPOCH;
            default -> error;
        };
    }

    /** Only the coordinator of share groups deletes records. */
    @Override
    public CompletableFuture<Void> deleteRecords(TopicPartition partition, long before) {
        return CompletableFuture.failedFuture(new UnsupportedVersionException("share groups are not supported"));
    }
}
