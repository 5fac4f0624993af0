package io.s3stream.kafka.groups;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;

/**
 * Writes the records of the coordinators, also those of transactions and their markers. The coordinators' own threads
 * call it, and they may wait here for memory.
 */
final class OffsetsWriter implements PartitionWriter {

    private static final LogConfig CONFIG =
            new LogConfig(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, OffsetsLog.MAX_BATCH_BYTES));

    private final OffsetsLogs logs;

    OffsetsWriter(OffsetsLogs logs) {
        this.logs = logs;
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
        long position = log.append(records);
        logs.cleanIfDue(log);
        return position;
    }

    /** A transaction's right to write is checked before its offsets reach the coordinator. */
    @Override
    public CompletableFuture<VerificationGuard> maybeStartTransactionVerification(
            TopicPartition partition, String transactionalId, long producerId, short producerEpoch, int apiVersion) {
        return CompletableFuture.completedFuture(VerificationGuard.SENTINEL);
    }

    /** Only the coordinator of share groups deletes records. */
    @Override
    public CompletableFuture<Void> deleteRecords(TopicPartition partition, long before) {
        return CompletableFuture.failedFuture(new UnsupportedVersionException("share groups are not supported"));
    }
}
