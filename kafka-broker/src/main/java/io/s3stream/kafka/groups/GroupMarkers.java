package io.s3stream.kafka.groups;

import io.s3stream.kafka.producers.TransactionMarker;
import io.s3stream.kafka.transactions.MarkerTarget;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.requests.TransactionResult;

/** Gives the markers of {@code __consumer_offsets} to the coordinators of groups, which apply the offsets. */
public final class GroupMarkers implements MarkerTarget {

    private final GroupCoordinators groups;

    public GroupMarkers(GroupCoordinators groups) {
        this.groups = groups;
    }

    @Override
    public CompletableFuture<Void> write(TopicPartition partition, TransactionMarker marker) {
        return groups.service()
                .completeTransaction(
                        partition,
                        marker.producerId(),
                        marker.producerEpoch(),
                        marker.coordinatorEpoch(),
                        marker.isCommit() ? TransactionResult.COMMIT : TransactionResult.ABORT,
                        marker.transactionVersion());
    }
}
