package io.s3stream.kafka.catalogue;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** The result of one reading of the metadata. Immutable. */
public final class ClusterView {

    private final List<BrokerAddress> brokers;
    private final long version;
    private final Map<String, Topic> byName = new HashMap<>();
    private final Map<Uuid, Topic> byId = new HashMap<>();

    /** @param version of the metadata that it shows */
    public ClusterView(List<BrokerAddress> brokers, Collection<Topic> topics, long version) {
        this.version = version;
        this.brokers = List.copyOf(brokers);
        for (Topic topic : topics) {
            byName.put(topic.name(), topic);
            byId.put(topic.id(), topic);
        }
    }

    /** The brokers that serve clients, by id. */
    public List<BrokerAddress> brokers() {
        return brokers;
    }

    /** The version of the metadata that it shows. */
    public long version() {
        return version;
    }

    public Optional<BrokerAddress> broker(int id) {
        return brokers.stream().filter(broker -> broker.id() == id).findFirst();
    }

    public Collection<Topic> topics() {
        return byName.values();
    }

    public Optional<Topic> topic(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Optional<Topic> topic(Uuid id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** A partition of a topic that exists. */
    public Optional<PartitionState> partition(TopicPartition partition) {
        int index = partition.partition();
        return topic(partition.topic())
                .map(Topic::partitions)
                .filter(all -> index >= 0 && index < all.size())
                .map(all -> all.get(index));
    }

    /** The broker that has a partition open and serves clients. */
    public Optional<BrokerAddress> leader(TopicPartition partition) {
        return partition(partition).flatMap(state -> broker(state.owner()));
    }
}
