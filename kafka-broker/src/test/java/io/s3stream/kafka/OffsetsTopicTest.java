package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topic of committed offsets, as a running broker keeps it. */
class OffsetsTopicTest {

    private static final int CLEANED_BYTES = 8 << 10;

    private static final TopicPartition EVENTS = new TopicPartition("events", 0);

    @TempDir
    Path dir;

    @Test
    void topicIsCreatedWhenAGroupNeedsIt() throws IOException {
        try (Broker broker = start(3);
                Admin admin = new Clients(broker).admin()) {
            assertThat(get(admin.listTopics(new ListTopicsOptions().listInternal(true))
                            .names()))
                    .isEmpty();
            new Clients(broker).createTopic("events", 1);
            commit(admin, "readers", 0);
            TopicDescription topic = get(admin.describeTopics(List.of(GroupCoordinators.TOPIC))
                            .allTopicNames())
                    .get(GroupCoordinators.TOPIC);
            assertThat(topic.isInternal()).isTrue();
            assertThat(topic.partitions()).hasSize(3);
            assertThatThrownBy(() ->
                            get(admin.createPartitions(Map.of(GroupCoordinators.TOPIC, NewPartitions.increaseTo(4)))
                                    .all()))
                    .rootCause()
                    .isInstanceOf(InvalidPartitionsException.class);
        }
    }

    @Test
    void topicKeepsItsPartitionsWhenTheSettingChanges() throws IOException {
        try (Broker broker = start(3);
                Admin admin = new Clients(broker).admin()) {
            new Clients(broker).createTopic("events", 1);
            for (int i = 0; i < 10; i++) {
                commit(admin, "group " + i, i);
            }
        }
        try (Broker broker = start(7);
                Admin admin = new Clients(broker).admin()) {
            for (int i = 0; i < 10; i++) {
                assertThat(committed(admin, "group " + i)).isEqualTo(i);
            }
        }
    }

    @Test
    void logIsCleanedWhileGroupsRunAndLosesNoOffset() throws IOException {
        try (Broker broker = start(1)) {
            Clients clients = new Clients(broker);
            clients.produce("events", 0, 100);
            try (Admin admin = clients.admin()) {
                commit(admin, "quiet", 42);
                commitMany(clients, "classic");
                commitMany(clients, "consumer");
                await().until(() -> earliest(admin) > 50);
                assertThat(committed(admin, "quiet")).isEqualTo(42);
            }
        }
        try (Broker broker = start(1);
                Admin admin = new Clients(broker).admin()) {
            assertThat(committed(admin, "quiet")).isEqualTo(42);
            assertThat(committed(admin, "busy classic")).isEqualTo(99);
            assertThat(committed(admin, "busy consumer")).isEqualTo(99);
        }
    }

    /** Commits each offset of the topic, 0 to 99. */
    private static void commitMany(Clients clients, String protocol) {
        try (Consumer<String, String> consumer = clients.consumer(Map.of(
                "group.id",
                "busy " + protocol,
                "group.protocol",
                protocol,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                "false"))) {
            consumer.subscribe(List.of("events"));
            Clients.poll(consumer, 100);
            for (int i = 0; i < 100; i++) {
                consumer.commitSync(Map.of(EVENTS, new OffsetAndMetadata(i)));
            }
        }
    }

    @Test
    void clientsCannotWriteToTheTopic() throws IOException {
        try (Broker broker = start(1)) {
            Clients clients = new Clients(broker);
            clients.createTopic("events", 1);
            try (Admin admin = clients.admin();
                    KafkaProducer<String, String> producer = clients.producer(Map.of())) {
                commit(admin, "readers", 0);
                assertThatThrownBy(() -> get(producer.send(new ProducerRecord<>(GroupCoordinators.TOPIC, "k", "v"))))
                        .rootCause()
                        .isInstanceOf(InvalidTopicException.class);
            }
        }
    }

    private static void commit(Admin admin, String group, long offset) {
        get(admin.alterConsumerGroupOffsets(group, Map.of(EVENTS, new OffsetAndMetadata(offset)))
                .all());
    }

    private static long committed(Admin admin, String group) {
        return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .get(EVENTS)
                .offset();
    }

    private static long earliest(Admin admin) {
        TopicPartition partition = new TopicPartition(GroupCoordinators.TOPIC, 0);
        return get(admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).all())
                .get(partition)
                .offset();
    }

    private Broker start(int partitions) throws IOException {
        return Broker.start(
                TestBrokers.config(dir).with(new GroupSettings(partitions, CLEANED_BYTES, Clients.FAST_GROUPS)));
    }
}
