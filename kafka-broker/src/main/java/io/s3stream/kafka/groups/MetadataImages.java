package io.s3stream.kafka.groups;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.image.TopicImage;

/**
 * Kafka's image of the metadata, made of views of the cluster. It has what coordinators read: topics and the number of
 * their partitions. Not thread-safe.
 */
final class MetadataImages {

    private MetadataImage image = MetadataImage.EMPTY;

    /** The image after the last {@link #update}. */
    MetadataImage image() {
        return image;
    }

    /** Advances the image to a view. Returns the change, which is empty if topics and partitions are the same. */
    MetadataDelta update(ClusterView view) {
        MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
        for (Uuid id : List.copyOf(image.topics().topicsById().keySet())) {
            if (view.topic(id).isEmpty()) {
                delta.replay(new RemoveTopicRecord().setTopicId(id));
            }
        }
        for (Topic topic : view.topics()) {
            add(delta, topic);
        }
        if (delta.topicsDelta() != null) {
            long version = Math.max(0, image.offset() + 1);
            image = delta.apply(new MetadataProvenance(version, 0, System.currentTimeMillis(), true));
        }
        return delta;
    }

    private void add(MetadataDelta delta, Topic topic) {
        TopicImage known = image.topics().getTopic(topic.id());
        if (known == null) {
            delta.replay(new TopicRecord().setTopicId(topic.id()).setName(topic.name()));
        }
        int present = known == null ? 0 : known.partitions().size();
        for (PartitionState partition : topic.partitions()) {
            if (partition.index() >= present) {
                delta.replay(new PartitionRecord()
                        .setTopicId(topic.id())
                        .setPartitionId(partition.index())
                        .setReplicas(List.of(0))
                        .setIsr(List.of(0))
                        .setLeader(0));
            }
        }
    }
}
