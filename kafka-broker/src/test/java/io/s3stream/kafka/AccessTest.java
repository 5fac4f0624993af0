package io.s3stream.kafka;

import static io.s3stream.kafka.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access control lists through Kafka's own clients: a user can do exactly the operations that a binding permits. */
class AccessTest {

    private static final String TOPIC = "topic";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    @TempDir
    Path dir;

    private Broker broker;
    private Admin admin;
    private Clients stranger;

    @BeforeEach
    void start() throws IOException {
        broker = SecuredBrokers.start(dir);
        admin = SecuredBrokers.clients(broker, SecuredBrokers.ADMIN).admin();
        stranger = SecuredBrokers.clients(broker, SecuredBrokers.STRANGER);
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    static AclBinding binding(
            ResourceType type, String name, PatternType pattern, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry("User:" + SecuredBrokers.STRANGER, "*", operation, permission));
    }

    private static AclBinding allow(ResourceType type, String name, AclOperation operation) {
        return binding(type, name, PatternType.LITERAL, operation, AclPermissionType.ALLOW);
    }

    private void create(AclBinding... bindings) {
        get(admin.createAcls(List.of(bindings)).all());
    }

    private void createTopic(String name) {
        get(admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all());
    }

    private void send(Map<String, Object> config) {
        try (KafkaProducer<String, String> producer = stranger.producer(config)) {
            get(producer.send(new ProducerRecord<>(TOPIC, 0, "key", "value")));
        }
    }

    @Test
    void recordsNeedRightsOnTheTopicAndTheGroup() {
        createTopic(TOPIC);
        assertThatThrownBy(() -> send(Map.of())).hasRootCauseInstanceOf(TopicAuthorizationException.class);
        create(allow(ResourceType.TOPIC, TOPIC, AclOperation.WRITE));
        send(Map.of());
        try (Consumer<String, String> consumer =
                stranger.consumer(Map.of("group.id", "group", "enable.auto.commit", false))) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            assertThatThrownBy(() -> Clients.poll(consumer, 1)).isInstanceOf(TopicAuthorizationException.class);
            create(allow(ResourceType.TOPIC, TOPIC, AclOperation.READ));
            assertThat(Clients.poll(consumer, 1)).containsExactly("value");
            assertThatThrownBy(consumer::commitSync).isInstanceOf(GroupAuthorizationException.class);
            create(allow(ResourceType.GROUP, "group", AclOperation.READ));
            consumer.commitSync();
        }
    }

    @Test
    void subscriptionByExpressionIncludesOnlyVisibleTopics() {
        createTopic("sales-open");
        createTopic("sales-hidden");
        create(
                allow(ResourceType.TOPIC, "sales-open", AclOperation.READ),
                allow(ResourceType.GROUP, "group", AclOperation.READ));
        Map<String, Object> config = Map.of("group.id", "group", "group.protocol", "consumer");
        try (Consumer<String, String> consumer = stranger.consumer(config)) {
            consumer.subscribe(new SubscriptionPattern("sales-.*"));
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                consumer.poll(Duration.ofMillis(100));
                assertThat(consumer.assignment()).containsExactly(new TopicPartition("sales-open", 0));
            });
        }
    }

    @Test
    void transactionNeedsRightsOnItsId() {
        createTopic(TOPIC);
        create(allow(ResourceType.TOPIC, TOPIC, AclOperation.WRITE));
        Map<String, Object> config = Map.of("transactional.id", "transfer", "max.block.ms", "20000");
        try (KafkaProducer<String, String> producer = stranger.producer(config)) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(TransactionalIdAuthorizationException.class);
        }
        create(allow(ResourceType.TRANSACTIONAL_ID, "transfer", AclOperation.WRITE));
        try (KafkaProducer<String, String> producer = stranger.producer(config);
                Consumer<String, String> consumer = stranger.consumer(Map.of("group.id", "group"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, 0, "key", "value"));
            producer.commitTransaction();
            producer.beginTransaction();
            assertThatThrownBy(() -> producer.sendOffsetsToTransaction(
                            Map.of(PARTITION, new OffsetAndMetadata(1)), consumer.groupMetadata()))
                    .isInstanceOf(GroupAuthorizationException.class);
            producer.abortTransaction();
        }
        try (Admin user = stranger.admin()) {
            assertThat(get(user.listTransactions().all())).hasSize(1);
            assertThat(get(user.describeTransactions(List.of("transfer")).all()))
                    .hasSize(1);
        }
    }

    @Test
    void denialPrecedesAPermissionByPrefix() {
        createTopic(TOPIC);
        create(
                binding(ResourceType.TOPIC, "to", PatternType.PREFIXED, AclOperation.ALL, AclPermissionType.ALLOW),
                allow(ResourceType.CLUSTER, "kafka-cluster", AclOperation.IDEMPOTENT_WRITE));
        send(Map.of());
        AclBinding denial =
                binding(ResourceType.TOPIC, TOPIC, PatternType.LITERAL, AclOperation.WRITE, AclPermissionType.DENY);
        create(denial);
        assertThatThrownBy(() -> send(Map.of())).hasRootCauseInstanceOf(TopicAuthorizationException.class);
        assertThat(get(admin.deleteAcls(List.of(denial.toFilter())).all())).containsExactly(denial);
        send(Map.of());
    }

    @Test
    void listsShowOnlyResourcesThatTheUserMayDescribe() {
        createTopic(TOPIC);
        createTopic("other");
        for (String group : List.of("group", "other")) {
            get(admin.alterConsumerGroupOffsets(group, Map.of(PARTITION, new OffsetAndMetadata(0)))
                    .all());
        }
        try (Admin user = stranger.admin()) {
            assertThat(get(user.listTopics().names())).isEmpty();
            assertThat(get(user.listGroups().all())).isEmpty();
            create(
                    allow(ResourceType.TOPIC, TOPIC, AclOperation.DESCRIBE),
                    allow(ResourceType.GROUP, "group", AclOperation.DESCRIBE));
            assertThat(get(user.listTopics().names())).containsExactly(TOPIC);
            assertThat(get(user.listGroups().all())).extracting("groupId").containsExactly("group");
            assertThat(get(user.listConsumerGroupOffsets("group").partitionsToOffsetAndMetadata()))
                    .containsOnlyKeys(PARTITION);
            assertThatThrownBy(() -> get(user.describeTopics(List.of("other")).allTopicNames()))
                    .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void authorizedOperationsAreThoseOfTheUser() {
        createTopic(TOPIC);
        create(
                allow(ResourceType.TOPIC, TOPIC, AclOperation.READ),
                allow(ResourceType.CLUSTER, "kafka-cluster", AclOperation.DESCRIBE));
        try (Admin user = stranger.admin()) {
            assertThat(get(user.describeTopics(
                                            List.of(TOPIC),
                                            new DescribeTopicsOptions().includeAuthorizedOperations(true))
                                    .allTopicNames())
                            .get(TOPIC)
                            .authorizedOperations())
                    .containsExactlyInAnyOrder(AclOperation.READ, AclOperation.DESCRIBE);
            assertThat(get(user.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                            .authorizedOperations()))
                    .containsExactly(AclOperation.DESCRIBE);
        }
    }

    @Test
    void topicIsCreatedWithARightOnItsName() {
        NewTopic topic = new NewTopic("mine-1", 1, (short) 1);
        try (Admin user = stranger.admin()) {
            assertThatThrownBy(() -> get(user.createTopics(List.of(topic)).all()))
                    .hasRootCauseInstanceOf(TopicAuthorizationException.class);
            create(binding(
                    ResourceType.TOPIC, "mine-", PatternType.PREFIXED, AclOperation.CREATE, AclPermissionType.ALLOW));
            get(user.createTopics(List.of(topic)).all());
            assertThatThrownBy(() -> get(user.deleteTopics(List.of("mine-1")).all()))
                    .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        }
        assertThat(get(admin.listTopics().names())).containsExactly("mine-1");
    }

    @Test
    void bindingsAreChangedByUsersThatMayAlterTheCluster() throws IOException {
        AclBinding read = allow(ResourceType.TOPIC, TOPIC, AclOperation.READ);
        AclBinding write = allow(ResourceType.TOPIC, TOPIC, AclOperation.WRITE);
        try (Admin user = stranger.admin()) {
            assertThatThrownBy(() -> get(user.createAcls(List.of(read)).all()))
                    .hasRootCauseInstanceOf(ClusterAuthorizationException.class);
        }
        create(read, write);
        create(read);
        assertThat(get(admin.describeAcls(AclBindingFilter.ANY).values())).containsExactlyInAnyOrder(read, write);
        assertThatThrownBy(() -> create(allow(ResourceType.CLUSTER, "another", AclOperation.ALTER)))
                .hasRootCauseInstanceOf(InvalidRequestException.class);
        assertThat(get(admin.deleteAcls(List.of(write.toFilter())).all())).containsExactly(write);
        stop();
        start();
        assertThat(get(admin.describeAcls(AclBindingFilter.ANY).values())).containsExactly(read);
    }

    @Test
    void resourceWithoutABindingCanBeOpenToAll() throws IOException {
        createTopic(TOPIC);
        stop();
        broker = SecuredBrokers.startOpen(dir);
        admin = SecuredBrokers.clients(broker, SecuredBrokers.ADMIN).admin();
        stranger = SecuredBrokers.clients(broker, SecuredBrokers.STRANGER);
        send(Map.of());
        create(new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
                new AccessControlEntry("User:another", "*", AclOperation.WRITE, AclPermissionType.ALLOW)));
        assertThatThrownBy(() -> send(Map.of())).hasRootCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void withoutAccessControlThereAreNoLists() throws IOException {
        Path other = Files.createDirectory(dir.resolve("open"));
        try (Broker open = TestBrokers.start(other);
                Admin anyone = new Clients(open).admin()) {
            assertThatThrownBy(
                            () -> get(anyone.describeAcls(AclBindingFilter.ANY).values()))
                    .hasRootCauseInstanceOf(SecurityDisabledException.class);
        }
    }

    @Test
    void rightsCountForEachTopicOfARequest() {
        createTopic(TOPIC);
        createTopic("other");
        create(allow(ResourceType.TOPIC, TOPIC, AclOperation.WRITE));
        try (KafkaProducer<String, String> producer = stranger.producer(Map.of("linger.ms", "50"))) {
            var permitted = producer.send(new ProducerRecord<>(TOPIC, 0, "key", "value"));
            assertThatThrownBy(() -> get(producer.send(new ProducerRecord<>("other", 0, "key", "value"))))
                    .hasRootCauseInstanceOf(TopicAuthorizationException.class);
            assertThat(get(permitted).offset()).isZero();
        }
        assertThat(Set.copyOf(get(admin.listTopics().names()))).contains(TOPIC, "other");
    }
}
