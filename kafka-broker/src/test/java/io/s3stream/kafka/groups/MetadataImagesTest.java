package io.s3stream.kafka.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.common.runtime.KRaftCoordinatorMetadataImage;
import org.apache.kafka.image.MetadataDelta;
import org.junit.jupiter.api.Test;

/** Topics, partitions and racks as Kafka's coordinator reads them. */
class MetadataImagesTest {

    private static final Uuid TOPIC = Uuid.randomUuid();

    private final MetadataImages images = new MetadataImages();

    @Test
    void partitionsHaveTheRacksOfTheirLeaders() {
        List<BrokerAddress> brokers = List.of(broker(0, "a"), broker(1, "b"), new BrokerAddress(2, "localhost", 9092));
        images.update(view(brokers, 0, 1, 2, 1));

        assertThat(racks()).containsExactly(List.of("a"), List.of("b"), List.of(), List.of("b"));
    }

    @Test
    void moveChangesAnImageOnlyIfTheRackIsAnother() {
        List<BrokerAddress> brokers = List.of(broker(0, "a"), broker(1, "a"), broker(2, "b"));
        images.update(view(brokers, 0));
        assertThat(isChanged(view(brokers, 1))).isFalse();
        assertThat(isChanged(view(brokers, -1))).isFalse();
        assertThat(racks()).containsExactly(List.of("a"));

        MetadataDelta moved = images.update(view(brokers, 2));
        assertThat(moved.topicsDelta().changedTopics()).containsOnlyKeys(TOPIC);
        assertThat(racks()).containsExactly(List.of("b"));
    }

    @Test
    void restartInAnotherRackChangesTheRacksOfPartitions() {
        images.update(view(List.of(broker(0, "a")), 0));
        assertThat(isChanged(view(List.of(), 0))).isFalse();
        assertThat(isChanged(view(List.of(broker(0, "b")), 0))).isTrue();
        assertThat(racks()).containsExactly(List.of("b"));
        assertThat(isChanged(view(List.of(new BrokerAddress(0, "localhost", 9092)), 0)))
                .isTrue();
        assertThat(racks()).containsExactly(List.of());
    }

    @Test
    void newPartitionsAndDeletedTopicsChangeAnImageWithoutRacks() {
        List<BrokerAddress> brokers =
                List.of(new BrokerAddress(0, "localhost", 9092), new BrokerAddress(1, "localhost", 9093));
        assertThat(isChanged(view(brokers, 0))).isTrue();
        assertThat(isChanged(view(brokers, 1))).isFalse();
        assertThat(isChanged(view(brokers, 1, 0))).isTrue();
        assertThat(racks()).containsExactly(List.of(), List.of());
        assertThat(isChanged(new ClusterView(brokers, List.of(), 1))).isTrue();
        assertThat(images.image().topics().topicsById()).isEmpty();
    }

    private boolean isChanged(ClusterView view) {
        return images.update(view).topicsDelta() != null;
    }

    private List<List<String>> racks() {
        var topic = new KRaftCoordinatorMetadataImage(images.image())
                .topicMetadata(TOPIC)
                .orElseThrow();
        List<List<String>> racks = new ArrayList<>();
        for (int partition = 0; partition < topic.partitionCount(); partition++) {
            racks.add(topic.partitionRacks(partition));
        }
        return racks;
    }

    private static BrokerAddress broker(int id, String rack) {
        return new BrokerAddress(id, "localhost", 9092 + id, Optional.of(rack));
    }

    private static ClusterView view(List<BrokerAddress> brokers, int... owners) {
        List<PartitionState> partitions = new ArrayList<>();
        for (int index = 0; index < owners.length; index++) {
            partitions.add(new PartitionState(index, 10L + index, 100L + index, owners[index], 1));
        }
        return new ClusterView(brokers, List.of(new Topic(TOPIC, "topic", 7, TopicConfigs.DEFAULTS, partitions)), 1);
    }
}
