package io.s3stream.kafka.transactions;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/** Asks the coordinator of a transaction for the leaders of its partitions. Thread-safe; must not block. */
public interface PartitionVerifier {

    /**
     * Verifies that partitions are in the ongoing transaction of a producer, or adds them.
     *
     * @param isAdded whether partitions that are not in the transaction are added, as transaction version 2 does
     * @return completes with the outcome of each partition. Never fails
     */
    CompletableFuture<Map<TopicPartition, Errors>> verify(
            TransactionalProducer producer, Set<TopicPartition> partitions, boolean isAdded);
}
