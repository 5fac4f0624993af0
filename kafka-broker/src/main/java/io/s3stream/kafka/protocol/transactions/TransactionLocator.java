package io.s3stream.kafka.protocol.transactions;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.protocol.TopicCreation;
import io.s3stream.kafka.protocol.groups.CoordinatorLocator;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

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
        ClusterView view = cluster.view();
        OptionalInt partition = coordinator.partitionFor(transactionalId);
        Optional<Topic> topic = view.topic(TransactionCoordinator.TOPIC);
        if (partition.isEmpty()
                || topic.isEmpty()
                || partition.getAsInt() >= topic.get().partitions().size()) {
            return Optional.empty();
        }
        return view.broker(topic.get().partitions().get(partition.getAsInt()).owner());
    }
}
