package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Consumer groups of both protocols, with Kafka's own clients. */
class ConsumerGroupTest {

    private static final Duration POLL = Duration.ofMillis(100);

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void twoMembersShareThePartitionsAndOneTakesOver(String protocol) throws IOException {
        try (Broker broker = start()) {
            Clients clients = new Clients(broker);
            clients.createTopic("orders", 4);
            Set<TopicPartition> all = partitions("orders", 4);
            try (Consumer<String, String> first = clients.consumer(member("team", protocol))) {
                first.subscribe(List.of("orders"));
                await().until(() -> polled(first).assignment().equals(all));
                try (Consumer<String, String> second = clients.consumer(member("team", protocol))) {
                    second.subscribe(List.of("orders"));
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> polled(first).assignment().size() == 2
                                    & polled(second).assignment().size() == 2);
                    Set<TopicPartition> both = new HashSet<>(first.assignment());
                    both.addAll(second.assignment());
                    assertThat(both).isEqualTo(all);
                    assertThat(describe(clients, "team").members()).hasSize(2);
                }
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> polled(first).assignment().equals(all));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void groupResumesAfterTheBrokerRestarts(String protocol) throws IOException {
        try (Broker broker = start()) {
            Clients clients = new Clients(broker);
            clients.produce("events", 0, 100);
            assertThat(consume(clients, "readers", protocol, 60)).isEqualTo(Clients.values(60));
        }
        try (Broker broker = start()) {
            Clients clients = new Clients(broker);
            assertThat(consume(clients, "readers", protocol, 40))
                    .isEqualTo(Clients.values(100).subList(60, 100));
        }
    }

    @Test
    void newPartitionsAndMatchingTopicsAreAssigned() throws IOException {
        try (Broker broker = start()) {
            Clients clients = new Clients(broker);
            clients.createTopic("log-a", 1);
            try (Consumer<String, String> consumer = clients.consumer(member("regex", "consumer"))) {
                consumer.subscribe(new SubscriptionPattern("log-.*"));
                await().until(() -> polled(consumer).assignment().equals(partitions("log-a", 1)));
                try (Admin admin = clients.admin()) {
                    get(admin.createPartitions(Map.of("log-a", NewPartitions.increaseTo(2)))
                            .all());
                }
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> polled(consumer).assignment().equals(partitions("log-a", 2)));
            }
            try (Consumer<String, String> consumer = clients.consumer(member("classic-regex", "classic"))) {
                consumer.subscribe(Pattern.compile("log-.*"));
                await().until(() -> polled(consumer).assignment().equals(partitions("log-a", 2)));
            }
        }
    }

    @Test
    void lagIsTheEndLessTheCommittedOffset() throws IOException {
        try (Broker broker = start()) {
            Clients clients = new Clients(broker);
            clients.produce("events", 0, 100);
            consume(clients, "readers", "classic", 60);
            TopicPartition partition = new TopicPartition("events", 0);
            try (Admin admin = clients.admin()) {
                long committed = get(admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata())
                        .get(partition)
                        .offset();
                long end = get(admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                                .all())
                        .get(partition)
                        .offset();
                assertThat(end - committed).isEqualTo(40);
            }
        }
    }

    @Test
    void offsetsAreResetAndDeletedWhenTheGroupIsEmpty() throws IOException {
        try (Broker broker = start()) {
            Clients clients = new Clients(broker);
            clients.produce("events", 0, 100);
            TopicPartition partition = new TopicPartition("events", 0);
            try (Admin admin = clients.admin();
                    Consumer<String, String> consumer = clients.consumer(member("readers", "consumer"))) {
                consumer.subscribe(List.of("events"));
                Clients.poll(consumer, 100);
                consumer.commitSync();
                assertThatThrownBy(() -> get(
                                admin.deleteConsumerGroups(List.of("readers")).all()))
                        .rootCause()
                        .isInstanceOf(GroupNotEmptyException.class);
                consumer.close();
                get(admin.alterConsumerGroupOffsets("readers", Map.of(partition, new OffsetAndMetadata(90)))
                        .all());
                assertThat(consume(clients, "readers", "consumer", 10))
                        .isEqualTo(Clients.values(100).subList(90, 100));
                get(admin.deleteConsumerGroupOffsets("readers", Set.of(partition))
                        .all());
                assertThat(get(admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata()))
                        .isEmpty();
                get(admin.deleteConsumerGroups(List.of("readers")).all());
                assertThatThrownBy(() -> describe(clients, "readers"))
                        .rootCause()
                        .isInstanceOf(GroupIdNotFoundException.class);
                assertThat(get(admin.listGroups().all())).isEmpty();
            }
        }
    }

    @Test
    void groupsAreListedAndDescribed() throws IOException {
        try (Broker broker = start();
                Admin admin = new Clients(broker).admin()) {
            Clients clients = new Clients(broker);
            assertThat(get(admin.listGroups().all())).isEmpty();
            clients.produce("events", 0, 10);
            try (Consumer<String, String> old = clients.consumer(member("old", "classic"));
                    Consumer<String, String> young = clients.consumer(member("young", "consumer"))) {
                for (Consumer<String, String> consumer : List.of(old, young)) {
                    consumer.subscribe(List.of("events"));
                    Clients.poll(consumer, 10);
                    consumer.commitSync();
                }
                assertThat(get(admin.listGroups().all()))
                        .extracting(
                                group -> group.groupId() + " " + group.type().orElseThrow())
                        .containsExactlyInAnyOrder("old " + GroupType.CLASSIC, "young " + GroupType.CONSUMER);
                assertThat(describe(clients, "old").groupState()).isEqualTo(GroupState.STABLE);
                assertThat(describe(clients, "young").groupState()).isEqualTo(GroupState.STABLE);
                assertThat(get(admin.listConsumerGroupOffsets("young").partitionsToOffsetAndMetadata())
                                .get(new TopicPartition("events", 0))
                                .offset())
                        .isEqualTo(10);
            }
        }
    }

    @Test
    void offsetsOfADeletedTopicAreForgotten() throws IOException {
        try (Broker broker = start()) {
            Clients clients = new Clients(broker);
            clients.produce("events", 0, 10);
            consume(clients, "readers", "classic", 10);
            try (Admin admin = clients.admin()) {
                get(admin.deleteTopics(List.of("events")).all());
                await().until(() -> get(admin.listConsumerGroupOffsets("readers")
                                .partitionsToOffsetAndMetadata())
                        .isEmpty());
            }
        }
    }

    /** Consumes {@code count} records of topic "events" as a group of one, and commits. */
    private static List<String> consume(Clients clients, String group, String protocol, int count) {
        try (Consumer<String, String> consumer = clients.consumer(member(group, protocol))) {
            consumer.subscribe(List.of("events"));
            List<String> values = new ArrayList<>(Clients.poll(consumer, count));
            consumer.commitSync();
            return values;
        }
    }

    private static Map<String, Object> member(String group, String protocol) {
        Map<String, Object> config = new HashMap<>(Map.of(
                "group.id", group,
                "group.protocol", protocol,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "metadata.max.age.ms", "500",
                "max.poll.records", "20"));
        if (protocol.equals("classic")) {
            config.put("heartbeat.interval.ms", "200"); // the coordinator sets that of the other protocol
        }
        return config;
    }

    private static Consumer<String, String> polled(Consumer<String, String> consumer) {
        consumer.poll(POLL);
        return consumer;
    }

    private static ConsumerGroupDescription describe(Clients clients, String group) {
        try (Admin admin = clients.admin()) {
            return get(admin.describeConsumerGroups(List.of(group)).all()).get(group);
        }
    }

    private static Set<TopicPartition> partitions(String topic, int count) {
        Set<TopicPartition> all = new HashSet<>();
        for (int i = 0; i < count; i++) {
            all.add(new TopicPartition(topic, i));
        }
        return all;
    }

    private Broker start() throws IOException {
        return Broker.start(TestBrokers.config(dir).with(new GroupSettings(4, 16 << 20, Clients.FAST_GROUPS)));
    }
}
