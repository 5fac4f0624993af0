package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.kafka.transactions.TransactionSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions of Kafka's own clients. */
class TransactionTest {

    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);

    @TempDir
    Path dir;

    private Broker broker;
    private Clients clients;

    @BeforeEach
    void start() throws IOException {
        restart();
        clients.createTopic("topic", 3);
    }

    private void restart() throws IOException {
        int port = 0;
        if (broker != null) {
            port = broker.port();
            broker.close();
        }
        broker = Broker.start(new BrokerConfig(
                        0,
                        dir.resolve("objects").toUri(),
                        URI.create("block:" + dir.resolve("wal") + "?capacity=64MiB"),
                        "localhost",
                        port,
                        1,
                        true)
                .with(new TransactionSettings(
                        2, Duration.ofMinutes(15), Duration.ofDays(7), Duration.ofMillis(200), 1 << 12)));
        clients = new Clients(broker);
    }

    @AfterEach
    void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    private KafkaProducer<String, String> producer(String id, Duration timeout) {
        KafkaProducer<String, String> producer = clients.producer(Map.of(
                "transactional.id", id, "transaction.timeout.ms", (int) timeout.toMillis(), "max.block.ms", 20_000));
        producer.initTransactions();
        return producer;
    }

    private KafkaProducer<String, String> producer(String id) {
        return producer(id, Duration.ofMinutes(1));
    }

    private static void send(KafkaProducer<String, String> producer, int partition, String value) {
        producer.send(new ProducerRecord<>("topic", partition, "key", value));
    }

    private List<String> read(String isolation, int count) {
        try (Consumer<String, String> consumer = clients.consumer(Map.of("isolation.level", isolation))) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            return Clients.poll(consumer, count);
        }
    }

    private long end(String isolation) {
        try (Consumer<String, String> consumer = clients.consumer(Map.of("isolation.level", isolation))) {
            return consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
        }
    }

    @Test
    void committedRecordsAreReadAndAbortedOnesAreNot() {
        try (KafkaProducer<String, String> producer = producer("a")) {
            for (int i = 0; i < 4; i++) {
                producer.beginTransaction();
                send(producer, 0, (i % 2 == 0 ? "committed " : "aborted ") + i);
                send(producer, 1, "elsewhere " + i);
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
            producer.beginTransaction();
            send(producer, 0, "last");
            producer.commitTransaction();
        }
        assertThat(read("read_committed", 3)).containsExactly("committed 0", "committed 2", "last");
        assertThat(read("read_uncommitted", 5))
                .containsExactly("committed 0", "aborted 1", "committed 2", "aborted 3", "last");
    }

    @Test
    void openTransactionHoldsReadersOfCommittedRecordsBack() throws IOException {
        try (KafkaProducer<String, String> open = producer("open");
                KafkaProducer<String, String> other = producer("other")) {
            other.beginTransaction();
            send(other, 0, "before");
            other.commitTransaction();
            open.beginTransaction();
            send(open, 0, "open");
            open.flush();
            other.beginTransaction();
            send(other, 0, "after");
            other.commitTransaction();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(end("read_uncommitted")).isEqualTo(5));
            assertThat(end("read_committed")).isEqualTo(2);
            assertThat(read("read_committed", 1)).containsExactly("before");
            open.commitTransaction();
            assertThat(read("read_committed", 3)).containsExactly("before", "open", "after");
        }
    }

    @Test
    void newInstanceFencesTheOldOneAndAbortsItsTransaction() {
        try (KafkaProducer<String, String> old = producer("id")) {
            old.beginTransaction();
            send(old, 0, "of the old one");
            old.flush();
            try (KafkaProducer<String, String> young = producer("id")) {
                young.beginTransaction();
                send(young, 0, "of the new one");
                young.commitTransaction();
                send(old, 0, "late");
                assertThatThrownBy(old::commitTransaction)
                        .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
            }
            assertThat(read("read_committed", 1)).containsExactly("of the new one");
        }
    }

    @Test
    void transactionThatTimesOutIsAborted() {
        try (KafkaProducer<String, String> slow = producer("slow", Duration.ofMillis(500))) {
            slow.beginTransaction();
            send(slow, 0, "late");
            slow.flush();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(end("read_committed")).isEqualTo(2));
            assertThatThrownBy(slow::commitTransaction).isInstanceOf(InvalidTxnStateException.class);
        }
    }

    @Test
    void producerWhoseTransactionTimedOutAbortsItAndContinues() {
        try (KafkaProducer<String, String> slow = producer("slow", Duration.ofMillis(500))) {
            slow.beginTransaction();
            send(slow, 0, "late");
            slow.flush();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(end("read_committed")).isEqualTo(2));
            slow.abortTransaction();
            slow.beginTransaction();
            send(slow, 0, "next");
            slow.commitTransaction();
        }
        assertThat(read("read_committed", 1)).containsExactly("next");
    }

    @Test
    void transactionsSurviveRestartsOfTheBroker() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (KafkaProducer<String, String> producer = producer("id")) {
                for (int i = 0; i < 30; i++) {
                    producer.beginTransaction();
                    send(producer, 0, round + "." + i);
                    if (i % 3 == 0) {
                        producer.flush();
                        producer.abortTransaction();
                    } else {
                        producer.commitTransaction();
                    }
                }
                producer.beginTransaction();
                send(producer, 0, "left open");
                producer.flush();
                restart();
            }
        }
        producer("id").close(); // aborts the last one
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 30; i++) {
                if (i % 3 != 0) {
                    expected.add(round + "." + i);
                }
            }
        }
        assertThat(read("read_committed", expected.size())).isEqualTo(expected);
    }

    @Test
    void idempotentProducerWritesEachRecordOnceAcrossRestarts() throws IOException {
        List<String> sent = new ArrayList<>();
        try (KafkaProducer<String, String> producer = clients.producer(Map.of("linger.ms", 0, "batch.size", 100))) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 200; i++) {
                    String value = round + "." + i;
                    sent.add(value);
                    send(producer, 0, value);
                }
                restart(); // with requests in flight, which the producer sends again
            }
            producer.flush();
        }
        assertThat(read("read_uncommitted", sent.size())).isEqualTo(sent);
        assertThat(end("read_uncommitted")).isEqualTo(sent.size());
    }

    @Test
    void offsetsAreCommittedWithTheTransactionOrNotAtAll() {
        clients.produce("topic", 2, 10);
        TopicPartition source = new TopicPartition("topic", 2);
        try (KafkaProducer<String, String> producer = producer("id");
                Consumer<String, String> consumer =
                        clients.consumer(Map.of("group.id", "group", "auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(source));
            Clients.poll(consumer, 10);
            for (int offset = 1; offset <= 4; offset++) {
                producer.beginTransaction();
                send(producer, 0, "of offset " + offset);
                producer.sendOffsetsToTransaction(
                        Map.of(source, new OffsetAndMetadata(offset)), consumer.groupMetadata());
                if (offset % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
                long expected = offset / 2 * 2;
                Awaitility.await().untilAsserted(() -> {
                    OffsetAndMetadata committed =
                            consumer.committed(Set.of(source)).get(source);
                    assertThat(committed == null ? 0 : committed.offset()).isEqualTo(expected);
                });
            }
        }
        assertThat(read("read_committed", 2)).containsExactly("of offset 2", "of offset 4");
    }

    @Test
    void toolsSeeTransactionsAndProducers() throws ExecutionException, InterruptedException {
        try (KafkaProducer<String, String> producer = producer("id");
                Admin admin = clients.admin()) {
            producer.beginTransaction();
            send(producer, 0, "open");
            producer.flush();
            var listed = Clients.get(admin.listTransactions().all());
            assertThat(listed).singleElement().satisfies(listing -> {
                assertThat(listing.transactionalId()).isEqualTo("id");
                assertThat(listing.state()).isEqualTo(TransactionState.ONGOING);
            });
            var described =
                    Clients.get(admin.describeTransactions(List.of("id")).description("id"));
            assertThat(described.topicPartitions()).containsExactly(PARTITION);
            var states = Clients.get(admin.describeProducers(List.of(PARTITION)).partitionResult(PARTITION))
                    .activeProducers();
            assertThat(states).singleElement().satisfies(state -> {
                assertThat(state.producerId()).isEqualTo(described.producerId());
                assertThat(state.currentTransactionStartOffset()).hasValue(0);
            });
            Clients.get(admin.fenceProducers(List.of("id")).all());
            Awaitility.await()
                    .untilAsserted(() -> assertThat(end("read_committed")).isEqualTo(2));
        }
    }
}
