package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access control on two brokers: they share the lists, and may ask each other for everything. */
class AccessClusterTest {

    private static final int PARTITIONS = 8;

    @TempDir
    Path dir;

    private static AclBinding allow(ResourceType type, String prefix) {
        return AccessTest.binding(type, prefix, PatternType.PREFIXED, AclOperation.WRITE, AclPermissionType.ALLOW);
    }

    @Test
    void changeOnABrokerIsAppliedOnTheOtherAndTransactionsSpanBoth() throws IOException {
        try (Broker first = SecuredBrokers.start(dir, 0);
                Broker second = SecuredBrokers.start(dir, 1);
                Admin admin =
                        SecuredBrokers.clients(first, SecuredBrokers.ADMIN).admin()) {
            get(admin.createTopics(List.of(new NewTopic("topic", PARTITIONS, (short) 1)))
                    .all());
            Clients stranger = SecuredBrokers.clients(second, SecuredBrokers.STRANGER);
            get(admin.createAcls(List.of(allow(ResourceType.TOPIC, "to"), allow(ResourceType.TRANSACTIONAL_ID, "tra")))
                    .all());
            Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> commit(stranger));
            get(admin.deleteAcls(List.of(allow(ResourceType.TOPIC, "to").toFilter()))
                    .all());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThatThrownBy(() -> commit(stranger))
                            .hasRootCauseInstanceOf(TopicAuthorizationException.class));
        }
    }

    /** Commits a record to each partition: both brokers lead some, so markers go from one to the other. */
    private static void commit(Clients user) {
        Map<String, Object> config = Map.of("transactional.id", "transfer", "max.block.ms", "20000");
        try (KafkaProducer<String, String> producer = user.producer(config)) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                get(producer.send(new ProducerRecord<>("topic", partition, "key", "value")));
            }
            producer.commitTransaction();
            assertThat(producer.partitionsFor("topic")).hasSize(PARTITIONS);
        }
    }
}
