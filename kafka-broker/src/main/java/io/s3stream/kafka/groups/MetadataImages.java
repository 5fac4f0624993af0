package io.s3stream.kafka.groups;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;

/**
 * Kafka's image of the metadata, made of views of the cluster. It has what coordinators read: topics, the number of their
 * partitions, and the rack of each partition. Not thread-safe.
 *
 * <p>A broker of the image stands for a rack, and the replica of a partition is the rack of its leader. So a partition
 * that moves inside of a rack does not change, and no group computes its assignment again.
 */
final class MetadataImages {

    /** The replica of a partition without a rack; no broker of the image has this id. */
    private static final int NO_RACK = 0;

    private MetadataImage image = MetadataImage.EMPTY;

    /** The brokers of the image, by rack. A rack stays when its last broker leaves. */
    private final Map<String, Integer> racks = new HashMap<>();

    /** The image after the last {@link #update}. */
    MetadataImage image() {
        return image;
    }

    /** Advances the image to a view. Returns the change, which is empty if topics, partitions and racks are the same. */
    MetadataDelta update(ClusterView view) {
        MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
        for (Uuid id : List.copyOf(image.topics().topicsById().keySet())) {
            if (view.topic(id).isEmpty()) {
                delta.replay(new RemoveTopicRecord().setTopicId(id));
            }
        }
        for (Topic topic : view.topics()) {
            add(delta, view, topic);
        }
        if (delta.topicsDelta() != null) {
            long version = Math.max(0, image.offset() + 1);
            image = delta.apply(new MetadataProvenance(version, 0, System.currentTimeMillis(), true));
        }
        return delta;
    }

    private void add(MetadataDelta delta, ClusterView view, Topic topic) {
        TopicImage known = image.topics().getTopic(topic.id());
        if (known == null) {
            delta.replay(new TopicRecord().setTopicId(topic.id()).setName(topic.name()));
        }
        for (PartitionState partition : topic.partitions()) {
            PartitionRegistration before =
                    known == null ? null : known.partitions().get(partition.index());
            int present = before == null ? NO_RACK : before.replicas[0];
            // A partition that moves keeps its rack until the next leader is known.
            int replica = view.broker(partition.owner())
                    .map(leader -> replica(delta, leader))
                    .orElse(present);
            if (before == null || replica != present) {
                delta.replay(new PartitionRecord()
                        .setTopicId(topic.id())
                        .setPartitionId(partition.index())
                        .setReplicas(List.of(replica))
                        .setIsr(List.of(replica))
                        .setLeader(replica));
            }
        }
    }

    /** The broker of the image for the rack of a broker, registered with the first partition that needs it. */
    private int replica(MetadataDelta delta, BrokerAddress broker) {
        Optional<String> rack = broker.rack();
        if (rack.isEmpty()) {
            return NO_RACK;
        }
        Integer known = racks.get(rack.get());
        if (known != null) {
            return known;
        }
        int id = racks.size() + 1;
        racks.put(rack.get(), id);
        delta.replay(new RegisterBrokerRecord().setBrokerId(id).setRack(rack.get()));
        return id;
    }
}
