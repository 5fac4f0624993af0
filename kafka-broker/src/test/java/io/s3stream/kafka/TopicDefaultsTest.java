package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.s3stream.kafka.catalogue.TopicDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that leave configurations to their broker. */
class TopicDefaultsTest {

    private static final String TOPIC = "topic";
    private static final ConfigResource RESOURCE = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;
    private Admin admin;

    private void start(Map<String, String> defaults) throws IOException {
        broker = TestBrokers.start(
                dir,
                BrokerOptions.defaults()
                        .withRetentionInterval(Duration.ofMillis(50))
                        .with(TopicDefaults.of(defaults)));
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void unsetKeysHaveTheDefaultsOfTheBrokerForProducersAndRetention() throws IOException {
        start(Map.of(
                "max.message.bytes", "1000", "message.timestamp.type", "LogAppendTime", "retention.bytes", "2000"));
        create(TOPIC, Map.of());
        create(
                "own",
                Map.of("max.message.bytes", "5000", "message.timestamp.type", "CreateTime", "retention.bytes", "-1"));
        long before = System.currentTimeMillis();
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            assertThatThrownBy(() -> get(producer.send(new ProducerRecord<>(TOPIC, "x".repeat(1500)))))
                    .hasRootCauseInstanceOf(RecordTooLargeException.class);
            get(producer.send(new ProducerRecord<>("own", "x".repeat(1500))));
            for (int i = 0; i < 10; i++) {
                RecordMetadata sent =
                        get(producer.send(new ProducerRecord<>(TOPIC, 0, before, "key", "x".repeat(800))));
                assertThat(sent.timestamp()).isGreaterThanOrEqualTo(before);
                get(producer.send(new ProducerRecord<>("own", 0, before, "key", "x".repeat(800))));
            }
        }
        await().untilAsserted(() -> assertThat(earliest(TOPIC)).isBetween(7L, 9L));
        assertThat(earliest("own")).isZero();
    }

    @Test
    void topicIsCompactedByDefaultAndItsPoliciesGrowFromThere() throws IOException {
        start(Map.of("cleanup.policy", "compact"));
        create(TOPIC, Map.of());
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            assertThatThrownBy(() -> get(producer.send(new ProducerRecord<>(TOPIC, "without a key"))))
                    .hasRootCauseInstanceOf(InvalidRecordException.class);
        }
        alter(new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), OpType.APPEND));
        assertThat(described(RESOURCE).get("cleanup.policy").value()).isEqualTo("compact,delete");
        alter(new AlterConfigOp(new ConfigEntry("cleanup.policy", ""), OpType.DELETE));
        assertThat(described(RESOURCE).get("cleanup.policy").value()).isEqualTo("compact");
    }

    @Test
    void defaultsAreDescribedWithTheirSourceAndTheNamesOfKafkasBrokers() throws IOException {
        start(Map.of("retention.ms", "60000"));
        assertThat(create(TOPIC, Map.of("max.message.bytes", "5000"))
                        .get("retention.ms")
                        .source())
                .isEqualTo(ConfigSource.STATIC_BROKER_CONFIG);

        Config topic = described(RESOURCE);
        assertThat(topic.get("retention.ms").value()).isEqualTo("60000");
        assertThat(topic.get("retention.ms").source()).isEqualTo(ConfigSource.STATIC_BROKER_CONFIG);
        assertThat(topic.get("max.message.bytes").source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(topic.get("retention.bytes").source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
        assertThat(topic.get("retention.ms").synonyms())
                .extracting(ConfigEntry.ConfigSynonym::name, ConfigEntry.ConfigSynonym::value)
                .containsExactly(tuple("log.retention.ms", "60000"), tuple("log.retention.ms", "604800000"));

        Config ofBroker = described(new ConfigResource(ConfigResource.Type.BROKER, "0"));
        ConfigEntry retention = ofBroker.get("log.retention.ms");
        assertThat(retention.value()).isEqualTo("60000");
        assertThat(retention.source()).isEqualTo(ConfigSource.STATIC_BROKER_CONFIG);
        assertThat(retention.isReadOnly()).isTrue();
        assertThat(retention.synonyms())
                .extracting(ConfigEntry.ConfigSynonym::source)
                .containsExactly(ConfigSource.STATIC_BROKER_CONFIG, ConfigSource.DEFAULT_CONFIG);
        assertThat(ofBroker.get("num.partitions").synonyms())
                .extracting(ConfigEntry.ConfigSynonym::value)
                .containsExactly("1");
        assertThat(ofBroker.get("message.max.bytes").value()).isEqualTo("1048588");
        assertThat(ofBroker.get("message.max.bytes").source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
    }

    private Config create(String topic, Map<String, String> configs) {
        return get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs)))
                .config(topic));
    }

    private void alter(AlterConfigOp op) {
        get(admin.incrementalAlterConfigs(Map.of(RESOURCE, List.of(op))).all());
    }

    private Config described(ConfigResource resource) {
        DescribeConfigsOptions options = new DescribeConfigsOptions().includeSynonyms(true);
        return get(admin.describeConfigs(List.of(resource), options).all()).get(resource);
    }

    private long earliest(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        return get(admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).partitionResult(partition))
                .offset();
    }
}
