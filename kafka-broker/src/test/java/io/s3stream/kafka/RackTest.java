package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with a rack and one without, as clients see them. */
class RackTest {

    @TempDir
    Path dir;

    @Test
    void clientsOfEachBrokerAreToldTheRacksOfAll() throws IOException {
        try (Broker racked = start(0, BrokerOptions.defaults().withRack("zone-a"));
                Broker plain = start(1, BrokerOptions.defaults())) {
            Clients clients = new Clients(plain);
            try (Admin admin = clients.admin();
                    KafkaProducer<String, String> producer = clients.producer(Map.of())) {
                Awaitility.await()
                        .untilAsserted(
                                () -> assertThat(get(admin.describeCluster().nodes()))
                                        .extracting(Node::rack)
                                        .containsExactlyInAnyOrder("zone-a", null));
                get(admin.createTopics(List.of(new NewTopic("topic", 8, (short) 1)))
                        .all());
                assertThat(producer.partitionsFor("topic"))
                        .extracting(PartitionInfo::leader)
                        .allSatisfy(leader -> assertThat(leader.rack()).isEqualTo(leader.id() == 0 ? "zone-a" : null));
            }
            try (Admin admin = new Clients(racked).admin()) {
                ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "0");
                assertThat(get(admin.describeConfigs(List.of(broker)).all())
                                .get(broker)
                                .get("broker.rack")
                                .value())
                        .isEqualTo("zone-a");
            }
        }
    }

    @Test
    void assignorOfTheCoordinatorSeesTheRacksOfLeaders() throws IOException {
        try (Broker first = start(0, BrokerOptions.defaults().withRack("zone-a"));
                Broker second = start(1, BrokerOptions.defaults().withRack("zone-b"))) {
            Clients clients = new Clients(first);
            clients.createTopic("topic", 8);
            try (KafkaProducer<String, String> producer = clients.producer(Map.of());
                    Consumer<String, String> inA = clients.consumer(member("zone-a"));
                    Consumer<String, String> inB = new Clients(second).consumer(member("zone-b"))) {
                inA.subscribe(List.of("topic"));
                inB.subscribe(List.of("topic"));
                Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    inA.poll(Duration.ofMillis(100));
                    inB.poll(Duration.ofMillis(100));
                    assertThat(inA.assignment()).isNotEmpty().isEqualTo(ledBy(producer, 0));
                    assertThat(inB.assignment()).isNotEmpty().isEqualTo(ledBy(producer, 1));
                });
            }
        }
    }

    private static Map<String, Object> member(String rack) {
        return Map.of("group.id", "group", "group.protocol", "consumer", "client.rack", rack);
    }

    private static Set<TopicPartition> ledBy(KafkaProducer<String, String> producer, int broker) {
        return producer.partitionsFor("topic").stream()
                .filter(partition -> partition.leader().id() == broker)
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .collect(Collectors.toSet());
    }

    private Broker start(int id, BrokerOptions options) throws IOException {
        Map<String, String> groups = new HashMap<>(Clients.FAST_GROUPS);
        groups.put("group.consumer.assignors", RackAssignor.class.getName());
        BrokerConfig config = new BrokerConfig(
                id, dir.resolve("objects").toUri(), URI.create("store:/?linger=1ms"), "localhost", 0, 1, true);
        return Broker.start(config.with(new GroupSettings(1, 1 << 20, groups)), options);
    }
}
