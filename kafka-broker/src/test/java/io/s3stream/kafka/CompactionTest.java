package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.StoreConfig;
import io.s3stream.kafka.compaction.CleanerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compacted topics, with Kafka's own clients and a cleaner that looks all the time. */
class CompactionTest {

    private static final String TOPIC = "latest";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;

    @BeforeEach
    void start() throws IOException {
        start(CleanerSettings.DEFAULTS.mapBytes());
    }

    private void start(int mapBytes) throws IOException {
        StoreConfig store = StoreConfig.builder()
                .heartbeatInterval(BrokerOptions.HEARTBEAT)
                .suspectAfter(BrokerOptions.SUSPECT_AFTER)
                .uploadInterval(Duration.ofMillis(100))
                .build();
        broker = TestBrokers.start(
                dir,
                BrokerOptions.defaults()
                        .withRetentionInterval(Duration.ofMillis(50))
                        .with(new CleanerSettings(Duration.ofMillis(50), mapBytes), store));
        clients = new Clients(broker);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private void create(Map<String, String> configs) {
        Map<String, String> all = new HashMap<>(Map.of("cleanup.policy", "compact", "min.cleanable.dirty.ratio", "0"));
        all.putAll(configs);
        try (Admin admin = clients.admin()) {
            Clients.get(admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(all)))
                    .all());
        }
    }

    /** Values count up, so that a later value of a key is greater. */
    private void produce(int from, int to, int keys) {
        try (KafkaProducer<String, String> producer = clients.producer(Map.of("linger.ms", 0, "batch.size", 0))) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(TOPIC, 0, "key " + i % keys, Integer.toString(i)));
            }
        }
    }

    /** Reads from the beginning to the end of the partition as it is at the begin of the call. */
    private List<ConsumerRecord<String, String>> readAll(String isolation) {
        return readAll(Map.of("isolation.level", isolation));
    }

    private List<ConsumerRecord<String, String>> readAll(Map<String, Object> config) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (Consumer<String, String> consumer = clients.consumer(config)) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (consumer.position(PARTITION) < end) {
                assertThat(System.nanoTime()).as("the consumer makes progress").isLessThan(deadline);
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        long last = -1;
        for (ConsumerRecord<String, String> record : records) {
            assertThat(record.offset()).isGreaterThan(last);
            last = record.offset();
        }
        return records;
    }

    /** Waits until each key has one record, with its latest value. */
    private void awaitLatest(int to, int keys) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(readAll("read_uncommitted"))
                        .extracting(ConsumerRecord::key, ConsumerRecord::value)
                        .containsExactlyElementsOf(expected(to, keys)));
    }

    private static List<Tuple> expected(int to, int keys) {
        List<Tuple> all = new ArrayList<>();
        for (int i = to - keys; i < to; i++) {
            all.add(tuple("key " + i % keys, Integer.toString(i)));
        }
        return all;
    }

    @Test
    void eachKeyKeepsItsLatestValueAlsoAfterARestart() throws IOException {
        create(Map.of());
        produce(0, 1000, 10);
        awaitLatest(1000, 10);
        broker.close();
        start();
        awaitLatest(1000, 10);
        produce(1000, 1500, 10);
        awaitLatest(1500, 10);
    }

    @Test
    void readersSeeGrowingValuesWhileProducersWrite() {
        create(Map.of());
        produce(0, 100, 10);
        CompletableFuture<Void> writes = CompletableFuture.runAsync(() -> produce(100, 4000, 10));
        while (!writes.isDone()) {
            Map<String, Integer> latest = new HashMap<>();
            for (ConsumerRecord<String, String> record : readAll("read_uncommitted")) {
                int value = Integer.parseInt(record.value());
                assertThat(value).isGreaterThan(latest.getOrDefault(record.key(), -1));
                latest.put(record.key(), value);
            }
        }
        writes.join();
        awaitLatest(4000, 10);
    }

    @Test
    void partitionWithMoreKeysThanTheMapTakesSeveralPasses() throws IOException {
        broker.close();
        start(CleanerSettings.MIN_MAP_BYTES); // room for 37 keys
        create(Map.of());
        produce(0, 500, 100);
        awaitLatest(500, 100);
    }

    @Test
    void tombstonesGoAfterTheirValues() {
        create(Map.of("delete.retention.ms", "100"));
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            Clients.get(producer.send(new ProducerRecord<>(TOPIC, 0, "gone", "value")));
            Clients.get(producer.send(new ProducerRecord<>(TOPIC, 0, "stays", "value")));
            Clients.get(producer.send(new ProducerRecord<>(TOPIC, 0, "gone", null)));
            Set<String> values = new HashSet<>();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Clients.get(producer.send(new ProducerRecord<>(TOPIC, 0, "next", "value")));
                List<ConsumerRecord<String, String>> all = readAll("read_uncommitted");
                boolean hasValue = false;
                boolean hasTombstone = false;
                for (ConsumerRecord<String, String> record : all) {
                    hasValue |= record.key().equals("gone") && record.value() != null;
                    hasTombstone |= record.key().equals("gone") && record.value() == null;
                    values.add(record.key());
                }
                assertThat(hasValue && !hasTombstone).as("the value is back").isFalse();
                assertThat(hasValue || hasTombstone).isFalse();
                assertThat(all).extracting(ConsumerRecord::key).contains("stays", "next");
            });
            assertThat(values).contains("gone");
        }
    }

    @Test
    void abortedRecordsGoAndCommittedOnesStay() {
        create(Map.of());
        try (KafkaProducer<String, String> producer = clients.producer(Map.of("transactional.id", "t"))) {
            producer.initTransactions();
            for (int i = 0; i < 10; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TOPIC, 0, "key " + i % 2, Integer.toString(i)));
                producer.send(new ProducerRecord<>(TOPIC, 0, "other", Integer.toString(i)));
                if (i < 8) {
                    producer.commitTransaction();
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
            for (String isolation : List.of("read_committed", "read_uncommitted")) {
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(readAll(isolation))
                                .extracting(ConsumerRecord::value)
                                .containsExactly("6", "7", "7"));
            }
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, 0, "key 0", "10"));
            producer.commitTransaction();
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(readAll("read_committed"))
                        .extracting(ConsumerRecord::value)
                        .containsExactly("7", "7", "10"));
    }

    @Test
    void oldRecordsGoAlsoAndTheOthersAreCompacted() {
        create(Map.of("cleanup.policy", "compact,delete", "retention.ms", "3600000"));
        long old = System.currentTimeMillis() - 7_200_000;
        try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
            Clients.get(producer.send(new ProducerRecord<>(TOPIC, 0, old, "old", "value")));
        }
        produce(0, 100, 10);
        awaitLatest(100, 10);
        try (Consumer<String, String> consumer = clients.consumer(Map.of())) {
            await().untilAsserted(() -> assertThat(
                            consumer.beginningOffsets(List.of(PARTITION)).get(PARTITION))
                    .isPositive());
        }
    }

    @Test
    void searchesByTimePassOverDroppedRecords() {
        create(Map.of());
        produce(0, 200, 10);
        awaitLatest(200, 10);
        long first = readAll("read_uncommitted").get(0).offset();
        assertThat(first).isEqualTo(190);
        try (Consumer<String, String> consumer = clients.consumer(Map.of())) {
            assertThat(consumer.offsetsForTimes(Map.of(PARTITION, 1L))
                            .get(PARTITION)
                            .offset())
                    .isEqualTo(first);
        }
    }

    @Test
    void readersWithALimitBelowABatchPassOverDroppedRecords() {
        create(Map.of());
        produce(0, 200, 10);
        awaitLatest(200, 10);
        assertThat(readAll(Map.of("fetch.max.bytes", 1)))
                .extracting(ConsumerRecord::key, ConsumerRecord::value)
                .containsExactlyElementsOf(expected(200, 10));
    }
}
