package io.s3stream.kafka.transactions;

import io.s3stream.kafka.producers.TransactionMarker;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/** Writes markers to the leaders of partitions. Thread-safe; must not block. */
public interface MarkerSender {

    /**
     * Writes a marker to partitions.
     *
     * @return completes with the outcome of each partition: {@code NONE} when the marker is durable. Never fails
     */
    CompletableFuture<Map<TopicPartition, Errors>> send(TransactionMarker marker, Set<TopicPartition> partitions);
}
