package io.s3stream.kafka.protocol.transactions;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.protocol.TopicCreation;
import io.s3stream.kafka.protocol.groups.CoordinatorLocator;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/** Finds the coordinator of a transactional id: the leader of its partition. Creates the topic when it is needed. */
public final class TransactionLocator implements CoordinatorLocator {

    private final TransactionCoordinator coordinator;
    private final Cluster cluster;
    private final TopicCreation creation;
    private final int partitions;

    /** @param partitions of the topic when it is created here */
    public TransactionLocator(
            TransactionCoordinator coordinator, Cluster cluster, TopicCreation creation, int partitions) {
        this.coordinator = coordinator;
        this.cluster = cluster;
        this.creation = creation;
        this.partitions = partitions;
    }

    @Override
    public CompletableFuture<Optional<BrokerAddress>> locate(String transactionalId) {
        if (cluster.view().topic(TransactionCoordinator.TOPIC).isPresent()) {
            return CompletableFuture.completedFuture(leader(transactionalId));
        }
        return creation.createInternal(TransactionCoordinator.TOPIC, partitions)
                .thenApply(created -> leader(transactionalId));
    }

    private Optional<BrokerAddress> leader(String transactionalId) {
        OptionalInt partition = coordinator.partitionFor(transactionalId);
        return partition.isEmpty()
                ? Optional.empty()
                : cluster.view().leader(new TopicPartition(TransactionCoordinator.TOPIC, partition.getAsInt()));
    }
}
