package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.protocol.TopicCreation;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Finds the coordinator of a group: the broker that leads the group's partition. Creates the topic when it is needed. */
public final class GroupLocator implements CoordinatorLocator {

    private final GroupCoordinators groups;
    private final Cluster cluster;
    private final TopicCreation creation;
    private final int partitions;

    /** @param partitions of the topic when it is created for the first time */
    public GroupLocator(GroupCoordinators groups, Cluster cluster, TopicCreation creation, int partitions) {
        this.groups = groups;
        this.cluster = cluster;
        this.creation = creation;
        this.partitions = partitions;
    }

    @Override
    public CompletableFuture<Optional<BrokerAddress>> locate(String groupId) {
        if (cluster.view().topic(GroupCoordinators.TOPIC).isPresent()) {
            return CompletableFuture.completedFuture(leader(groupId));
        }
        return creation.createInternal(
                        GroupCoordinators.TOPIC, groups.partitions().orElse(partitions))
                .thenApply(created -> leader(groupId));
    }

    private Optional<BrokerAddress> leader(String groupId) {
        ClusterView view = cluster.view();
        OptionalInt partition = groups.partitionFor(groupId);
        Optional<Topic> topic = view.topic(GroupCoordinators.TOPIC);
        if (partition.isEmpty()
                || topic.isEmpty()
                || partition.getAsInt() >= topic.get().partitions().size()) {
            return Optional.empty();
        }
        return view.broker(topic.get().partitions().get(partition.getAsInt()).owner());
    }
}
