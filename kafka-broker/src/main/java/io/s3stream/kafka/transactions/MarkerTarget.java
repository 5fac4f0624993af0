package io.s3stream.kafka.transactions;

import io.s3stream.kafka.producers.TransactionMarker;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Receives the markers of a topic instead of its logs. The coordinators of groups receive those of {@code
 * __consumer_offsets}: they write the marker and apply the offsets of the transaction.
 */
@FunctionalInterface
public interface MarkerTarget {

    /** Writes a marker. Completes when it is durable; fails with the protocol's error. Must not block. */
    CompletableFuture<Void> write(TopicPartition partition, TransactionMarker marker);
}
