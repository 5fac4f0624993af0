package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.producers.Batches;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import io.s3stream.kafka.transactions.TransactionSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopicCollection;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions of partitions that two brokers lead. */
class ClusterTransactionTest {

    private static final int PARTITIONS = 8;
    private static final List<TopicPartition> ALL = IntStream.range(0, PARTITIONS)
            .mapToObj(i -> new TopicPartition("topic", i))
            .toList();

    @TempDir
    Path dir;

    private final Map<Integer, Broker> brokers = new TreeMap<>();
    private Clients clients;
    private Admin admin;

    @BeforeEach
    void start() throws IOException {
        for (int id = 0; id < 2; id++) {
            brokers.put(id, start(id));
        }
        clients = new Clients(brokers.get(0));
        admin = clients.admin();
        clients.createTopic("topic", PARTITIONS);
        producer("first").close(); // creates the topic of the coordinators
        try (Consumer<String, String> consumer = clients.consumer(Map.of("group.id", "first"))) {
            consumer.committed(Set.of(ALL.get(0))); // creates the topic of the groups
        }
        for (String topic : List.of("topic", TransactionCoordinator.TOPIC, GroupCoordinators.TOPIC)) {
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(leaders(topic)).contains(0, 1).doesNotContain(-1));
        }
    }

    private Broker start(int id) throws IOException {
        return Broker.start(new BrokerConfig(
                        id, dir.resolve("objects").toUri(), URI.create("store:/?linger=1ms"), "localhost", 0, 1, true)
                .with(new TransactionSettings(
                        16, Duration.ofMinutes(15), Duration.ofDays(7), Duration.ofMillis(200), 1 << 20)));
    }

    @AfterEach
    void stop() {
        if (admin != null) {
            admin.close();
        }
        brokers.values().forEach(Broker::close);
    }

    /** The leader of each partition; -1 without one. */
    private List<Integer> leaders(String topic) {
        return Clients.get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().stream()
                .map(TopicPartitionInfo::leader)
                .map(leader -> leader == null ? Node.noNode().id() : leader.id())
                .toList();
    }

    /** A name whose coordinator is a broker. */
    private String nameOn(int broker, String topic) {
        List<Integer> leaders = leaders(topic);
        return IntStream.range(0, 1000)
                .mapToObj(i -> "name-" + i)
                .filter(name -> leaders.get(Utils.abs(name.hashCode()) % leaders.size()) == broker)
                .findFirst()
                .orElseThrow();
    }

    private KafkaProducer<String, String> producer(String id) {
        return producer(id, Duration.ofMinutes(1));
    }

    private KafkaProducer<String, String> producer(String id, Duration timeout) {
        KafkaProducer<String, String> producer = clients.producer(Map.of(
                "transactional.id", id, "transaction.timeout.ms", (int) timeout.toMillis(), "max.block.ms", 30_000));
        producer.initTransactions();
        return producer;
    }

    private static void sendToAll(KafkaProducer<String, String> producer, String value) {
        for (TopicPartition partition : ALL) {
            producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), "key", value));
        }
    }

    /** Checks that each partition has these committed values, and no others before the last one. */
    private void assertCommitted(List<String> values) {
        Map<TopicPartition, List<String>> read = new HashMap<>();
        try (Consumer<String, String> consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            consumer.assign(ALL);
            consumer.seekToBeginning(ALL);
            for (ConsumerRecord<String, String> record : Clients.records(consumer, values.size() * PARTITIONS)) {
                read.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), p -> new ArrayList<>())
                        .add(record.value());
            }
        }
        Map<TopicPartition, List<String>> expected = new HashMap<>();
        ALL.forEach(partition -> expected.put(partition, values));
        assertThat(read).isEqualTo(expected);
    }

    /** Waits until no partition has an open transaction. */
    private void awaitNoOpenTransaction(long expectedEnd) {
        try (Consumer<String, String> consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(consumer.endOffsets(ALL).values()).containsOnly(expectedEnd));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void transactionsCommitAndAbortOnAllBrokers(int coordinator) {
        List<String> committed = new ArrayList<>();
        try (KafkaProducer<String, String> producer = producer(nameOn(coordinator, TransactionCoordinator.TOPIC))) {
            for (int i = 0; i < 7; i++) {
                producer.beginTransaction();
                sendToAll(producer, "value " + i);
                if (i % 2 == 0) {
                    producer.commitTransaction();
                    committed.add("value " + i);
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
        }
        assertCommitted(committed);
        awaitNoOpenTransaction(14);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void offsetsOfAGroupOnTheOtherBrokerAreCommittedWithTheTransaction(int coordinator) {
        String group = nameOn(1 - coordinator, GroupCoordinators.TOPIC);
        TopicPartition source = ALL.get(0);
        List<String> committed = new ArrayList<>();
        try (KafkaProducer<String, String> producer = producer(nameOn(coordinator, TransactionCoordinator.TOPIC));
                Consumer<String, String> consumer = clients.consumer(Map.of("group.id", group))) {
            consumer.assign(List.of(source));
            for (int offset = 1; offset <= 4; offset++) {
                producer.beginTransaction();
                sendToAll(producer, "of offset " + offset);
                producer.sendOffsetsToTransaction(
                        Map.of(source, new OffsetAndMetadata(offset)), consumer.groupMetadata());
                if (offset % 2 == 0) {
                    producer.commitTransaction();
                    committed.add("of offset " + offset);
                } else {
                    producer.abortTransaction();
                }
                long expected = offset / 2 * 2;
                Awaitility.await().untilAsserted(() -> {
                    OffsetAndMetadata known = consumer.committed(Set.of(source)).get(source);
                    assertThat(known == null ? 0 : known.offset()).isEqualTo(expected);
                });
            }
        }
        assertCommitted(committed);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void batchOfAnOldClientIsVerifiedOnTheOtherBroker(int coordinator) throws IOException {
        String id = nameOn(coordinator, TransactionCoordinator.TOPIC);
        List<Integer> led = ALL.stream()
                .map(TopicPartition::partition)
                .filter(index -> leaders("topic").get(index) != coordinator)
                .toList();
        try (SocketClient asker = new SocketClient(brokers.get(coordinator).port());
                SocketClient leader =
                        new SocketClient(brokers.get(1 - coordinator).port())) {
            var init = new InitProducerIdRequestData().setTransactionalId(id).setTransactionTimeoutMs(60_000);
            InitProducerIdResponse begun =
                    (InitProducerIdResponse) asker.send(ApiKeys.INIT_PRODUCER_ID, (short) 4, init);
            assertThat(begun.error()).isEqualTo(Errors.NONE);
            InitProducerIdResponseData producer = begun.data();
            assertThat(produce(leader, id, producer, led.get(0))).isEqualTo(Errors.TRANSACTION_ABORTABLE);
            AddPartitionsToTxnTopicCollection topics = new AddPartitionsToTxnTopicCollection();
            topics.add(new AddPartitionsToTxnTopic().setName("topic").setPartitions(List.of(led.get(0))));
            var add = new AddPartitionsToTxnRequestData()
                    .setV3AndBelowTransactionalId(id)
                    .setV3AndBelowProducerId(producer.producerId())
                    .setV3AndBelowProducerEpoch(producer.producerEpoch())
                    .setV3AndBelowTopics(topics);
            assertThat(asker.send(ApiKeys.ADD_PARTITIONS_TO_TXN, (short) 3, add).errorCounts())
                    .containsOnlyKeys(Errors.NONE);
            assertThat(produce(leader, id, producer, led.get(0))).isEqualTo(Errors.NONE);
        }
    }

    private static Errors produce(SocketClient client, String id, InitProducerIdResponseData producer, int partition)
            throws IOException {
        MemoryRecords records =
                Batches.of(producer.producerId(), producer.producerEpoch(), 0, 1, true, System.currentTimeMillis());
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData()
                .setName("topic")
                .setPartitionData(
                        List.of(new PartitionProduceData().setIndex(partition).setRecords(records))));
        var request = new ProduceRequestData()
                .setTransactionalId(id)
                .setAcks((short) -1)
                .setTimeoutMs(10_000)
                .setTopicData(topics);
        return client.send(ApiKeys.PRODUCE, (short) 11, request)
                .errorCounts()
                .keySet()
                .iterator()
                .next();
    }

    @Test
    void transactionThatTimesOutIsAbortedOnAllBrokers() {
        try (KafkaProducer<String, String> slow =
                        producer(nameOn(0, TransactionCoordinator.TOPIC), Duration.ofSeconds(5));
                KafkaProducer<String, String> other = producer(nameOn(1, TransactionCoordinator.TOPIC))) {
            slow.beginTransaction();
            sendToAll(slow, "late");
            slow.flush();
            other.beginTransaction();
            sendToAll(other, "in time");
            other.commitTransaction();
            awaitNoOpenTransaction(4);
        }
        assertCommitted(List.of("in time"));
    }

    @Test
    void markersFollowThePartitionsToTheirNewLeader() {
        try (KafkaProducer<String, String> producer = producer(nameOn(0, TransactionCoordinator.TOPIC))) {
            producer.beginTransaction();
            sendToAll(producer, "moved");
            producer.flush();
            brokers.get(1).drain().join();
            brokers.remove(1).close();
            producer.commitTransaction();
        }
        assertCommitted(List.of("moved"));
        awaitNoOpenTransaction(2);
    }
}
