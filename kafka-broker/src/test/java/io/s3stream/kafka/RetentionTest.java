package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.CreateOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retention by time and size, and the repair of the catalogue, with rounds that follow each other at once. */
class RetentionTest {

    private static final String TOPIC = "kept";

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;
    private Admin admin;

    @BeforeEach
    void start() throws IOException {
        broker = TestBrokers.start(dir, BrokerOptions.defaults().withRetentionInterval(Duration.ofMillis(50)));
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void recordsOlderThanTheLimitAreDeleted() {
        create(Map.of("retention.ms", "3600000"));
        long now = System.currentTimeMillis();
        produce(now - 7_200_000, "old");
        produce(now - 7_100_000, "old too");
        produce(now, "young");
        await().untilAsserted(() -> assertThat(earliest()).isEqualTo(2));
    }

    @Test
    void bytesBeyondTheLimitAreDeleted() {
        create(Map.of("retention.bytes", "2000"));
        long now = System.currentTimeMillis();
        for (int i = 0; i < 10; i++) {
            produce(now, "x".repeat(900));
        }
        await().untilAsserted(() -> assertThat(earliest()).isBetween(7L, 8L));
    }

    @Test
    void recordsOfATopicThatIsOnlyCompactedAreKept() {
        create(Map.of("retention.ms", "1", "cleanup.policy", "compact"));
        produce(1000, "old");
        clients.createTopic("probe", 1);
        produceTo("probe", 1000, "old");
        Clients.get(admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, "probe"),
                        List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET))))
                .all());
        await().untilAsserted(() -> assertThat(earliest("probe")).isEqualTo(1));
        assertThat(earliest()).isZero();
    }

    /** A broker that dies between two commits leaves a topic without some logs, or logs without a topic. */
    @Test
    void halfCreatedAndHalfDeletedTopicsAreRepaired() {
        Uuid id = Uuid.randomUuid();
        Map<String, String> tags = Map.of("id", id.toString(), "partitions", "3");
        long orphan = broker.store()
                .createStream(new CreateOptions("kafka/log/" + Uuid.randomUuid() + "/0", Map.of()))
                .join();
        broker.store().createStream(new CreateOptions("kafka/topic/half", tags)).join();
        broker.store()
                .createStream(new CreateOptions("kafka/log/" + id + "/1", Map.of()))
                .join();

        await().untilAsserted(() ->
                assertThat(Clients.get(admin.listTopics().names())).contains("half"));
        assertThat(clients.topicId("half")).isEqualTo(id);
        clients.produce("half", 2, 10);
        await().untilAsserted(() ->
                assertThat(broker.store().describeStream(orphan).join()).isEmpty());
    }

    private void create(Map<String, String> configs) {
        Clients.get(admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(configs)))
                .all());
    }

    private void produce(long timestamp, String value) {
        produceTo(TOPIC, timestamp, value);
    }

    private void produceTo(String topic, long timestamp, String value) {
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            Clients.get(producer.send(new ProducerRecord<>(topic, 0, timestamp, "key", value)));
        }
    }

    private long earliest() {
        return earliest(TOPIC);
    }

    private long earliest(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        return Clients.get(admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                        .partitionResult(partition))
                .offset();
    }
}
