package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations of topics, through Kafka's own clients. */
class TopicConfigApiTest {

    private static final String TOPIC = "configured";
    private static final ConfigResource RESOURCE = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;
    private Admin admin;

    @BeforeEach
    void start() throws IOException {
        broker = TestBrokers.start(dir);
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void createTopicsAnswersPartitionsAndConfigurationsWithTheirSources() throws Exception {
        CreateTopicsResult created = create(new NewTopic(TOPIC, 3, (short) 3).configs(Map.of("retention.ms", "60000")));

        assertThat(created.numPartitions(TOPIC).get()).isEqualTo(3);
        assertThat(created.replicationFactor(TOPIC).get()).isEqualTo(1);
        Config config = created.config(TOPIC).get();
        assertThat(config.get("retention.ms").value()).isEqualTo("60000");
        assertThat(config.get("retention.ms").source()).isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(config.get("max.message.bytes").source()).isEqualTo(ConfigEntry.ConfigSource.DEFAULT_CONFIG);
    }

    @Test
    void wrongConfigurationsAreRefusedWithKeyValueAndRemedy() {
        assertThatThrownBy(() -> get(create(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("no.such", "7")))
                        .all()))
                .hasRootCauseInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("no.such=7")
                .hasMessageContaining("remove it");
        assertThatThrownBy(() ->
                        get(create(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "shred")))
                                .all()))
                .hasRootCauseInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("cleanup.policy=shred: must be delete, compact, or both");
        assertThatThrownBy(() -> get(create(new NewTopic(TOPIC, 1, (short) 0)).all()))
                .hasRootCauseInstanceOf(InvalidReplicationFactorException.class);
        assertThat(get(admin.listTopics().names())).isEmpty();
    }

    @Test
    void singleCreationOfANameSucceedsInARace() {
        List<Future<Void>> races = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            races.add(create(new NewTopic(TOPIC, 2, (short) 1))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture());
        }
        int succeeded = 0;
        for (Future<Void> race : races) {
            try {
                race.get();
                succeeded++;
            } catch (Exception e) {
                assertThat(e).hasRootCauseInstanceOf(TopicExistsException.class);
            }
        }
        assertThat(succeeded).isEqualTo(1);
    }

    @Test
    void configurationsAreDescribedWithTypesSynonymsAndDocumentation() {
        get(create(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("retention.bytes", "5000")))
                .all());
        Config config = get(admin.describeConfigs(
                                List.of(RESOURCE),
                                new DescribeConfigsOptions()
                                        .includeSynonyms(true)
                                        .includeDocumentation(true))
                        .all())
                .get(RESOURCE);

        ConfigEntry entry = config.get("retention.bytes");
        assertThat(entry.value()).isEqualTo("5000");
        assertThat(entry.type()).isEqualTo(ConfigEntry.ConfigType.LONG);
        assertThat(entry.synonyms())
                .extracting(ConfigEntry.ConfigSynonym::value)
                .containsExactly("5000", "-1");
        assertThat(config.entries())
                .allSatisfy(described -> assertThat(described.documentation()).isNotBlank());

        ConfigResource broker0 = new ConfigResource(ConfigResource.Type.BROKER, "0");
        Config ofBroker = get(admin.describeConfigs(List.of(broker0)).all()).get(broker0);
        assertThat(ofBroker.get("num.partitions").value()).isEqualTo("1");
        assertThat(ofBroker.get("num.partitions").isReadOnly()).isTrue();
    }

    @Test
    void configurationsChangeByKey() {
        get(create(new NewTopic(TOPIC, 1, (short) 1)).all());
        alter(new AlterConfigsOptions(), op(OpType.SET, "retention.ms", "70000"));
        alter(new AlterConfigsOptions(), op(OpType.APPEND, "cleanup.policy", "compact"));
        assertThat(value("cleanup.policy")).isEqualTo("delete,compact");
        alter(new AlterConfigsOptions(), op(OpType.SUBTRACT, "cleanup.policy", "delete"));
        assertThat(value("cleanup.policy")).isEqualTo("compact");
        alter(new AlterConfigsOptions().validateOnly(true), op(OpType.SET, "retention.ms", "1"));
        assertThat(value("retention.ms")).isEqualTo("70000");
        alter(new AlterConfigsOptions(), op(OpType.DELETE, "retention.ms", ""));
        assertThat(value("retention.ms")).isEqualTo("604800000");
        assertThatThrownBy(() -> alter(new AlterConfigsOptions(), op(OpType.SET, "retention.ms", "soon")))
                .hasRootCauseInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("retention.ms=soon");
    }

    @Test
    void concurrentChangesOfDifferentKeysAreAllKept() {
        get(create(new NewTopic(TOPIC, 1, (short) 1)).all());
        List<String> keys = List.of("retention.ms", "retention.bytes", "max.message.bytes", "delete.retention.ms");
        List<Future<Void>> changes = keys.stream()
                .map(key -> (Future<Void>) admin.incrementalAlterConfigs(
                                Map.of(RESOURCE, List.of(op(OpType.SET, key, "12345"))))
                        .all())
                .toList();
        changes.forEach(Clients::get);
        assertThat(keys).allSatisfy(key -> assertThat(value(key)).isEqualTo("12345"));
    }

    @Test
    void partitionsAreAddedWhileConfigurationsChange() {
        get(create(new NewTopic(TOPIC, 1, (short) 1)).all());
        for (int count = 2; count < 8; count++) {
            Future<Void> change = admin.incrementalAlterConfigs(
                            Map.of(RESOURCE, List.of(op(OpType.SET, "retention.ms", "1000" + count))))
                    .all();
            get(admin.createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(count)))
                    .all());
            get(change);
            assertThat(value("retention.ms")).isEqualTo("1000" + count);
        }
        assertThat(get(admin.describeTopics(List.of(TOPIC)).allTopicNames())
                        .get(TOPIC)
                        .partitions())
                .hasSize(7);
    }

    @Test
    void largestBatchIsThatOfTheTopic() {
        get(create(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("max.message.bytes", "1000")))
                .all());
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            get(producer.send(new ProducerRecord<>(TOPIC, "x".repeat(500))));
            assertThatThrownBy(() -> get(producer.send(new ProducerRecord<>(TOPIC, "x".repeat(1500)))))
                    .hasRootCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    @Test
    void logAppendTimeReplacesTheTimestampsOfProducers() {
        get(create(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("message.timestamp.type", "LogAppendTime")))
                .all());
        long before = System.currentTimeMillis();
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            RecordMetadata sent = get(producer.send(new ProducerRecord<>(TOPIC, 0, 1000L, "key", "value")));
            assertThat(sent.timestamp()).isGreaterThanOrEqualTo(before);
            ConsumerRecord<String, String> read = first();
            assertThat(read.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
            assertThat(read.timestamp()).isEqualTo(sent.timestamp());
        }
    }

    @Test
    void timestampsBeyondTheLimitsOfTheTopicAreRefused() {
        get(create(new NewTopic(TOPIC, 1, (short) 1)
                        .configs(Map.of(
                                "message.timestamp.before.max.ms", "60000", "message.timestamp.after.max.ms", "60000")))
                .all());
        long now = System.currentTimeMillis();
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            get(producer.send(new ProducerRecord<>(TOPIC, 0, now, "key", "value")));
            for (long wrong : new long[] {now - 3_600_000, now + 3_600_000}) {
                assertThatThrownBy(() -> get(producer.send(new ProducerRecord<>(TOPIC, 0, wrong, "key", "value"))))
                        .hasRootCauseInstanceOf(InvalidTimestampException.class);
            }
        }
    }

    @Test
    void recordsOfACompactedTopicNeedKeys() {
        get(create(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")))
                .all());
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            get(producer.send(new ProducerRecord<>(TOPIC, "key", "value")));
            assertThatThrownBy(() -> get(producer.send(new ProducerRecord<>(TOPIC, "value"))))
                    .hasRootCauseInstanceOf(InvalidRecordException.class);
        }
    }

    private ConsumerRecord<String, String> first() {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (Consumer<String, String> consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return Clients.records(consumer, 1).get(0);
        }
    }

    private CreateTopicsResult create(NewTopic topic) {
        return admin.createTopics(List.of(topic));
    }

    private static AlterConfigOp op(OpType type, String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), type);
    }

    private void alter(AlterConfigsOptions options, AlterConfigOp op) {
        Map<ConfigResource, Collection<AlterConfigOp>> change = Map.of(RESOURCE, List.of(op));
        get(admin.incrementalAlterConfigs(change, options).all());
    }

    private String value(String key) {
        return get(admin.describeConfigs(List.of(RESOURCE)).all())
                .get(RESOURCE)
                .get(key)
                .value();
    }

    private static <T> T get(Future<T> future) {
        return Clients.get(future);
    }
}
