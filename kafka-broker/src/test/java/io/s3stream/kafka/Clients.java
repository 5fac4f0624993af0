package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's own clients, for tests. Values are numbered: {@code value 0}, {@code value 1} … */
final class Clients {

    /** Settings of the group coordinator with which rebalances take less than a second. */
    static final Map<String, String> FAST_GROUPS = Map.of(
            "group.initial.rebalance.delay.ms", "0",
            "group.streams.initial.rebalance.delay.ms", "0",
            "group.consumer.min.heartbeat.interval.ms", "100",
            "group.consumer.heartbeat.interval.ms", "100");

    private final Map<String, Object> config;

    Clients(Broker broker) {
        config = Map.of("bootstrap.servers", "localhost:" + broker.port());
    }

    Map<String, Object> with(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(config);
        all.putAll(more);
        return all;
    }

    Admin admin() {
        return Admin.create(config);
    }

    void createTopic(String topic, int partitions) {
        try (Admin admin = admin()) {
            get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all());
        }
    }

    KafkaProducer<String, String> producer(Map<String, Object> more) {
        return new KafkaProducer<>(with(more), new StringSerializer(), new StringSerializer());
    }

    Consumer<String, String> consumer(Map<String, Object> more) {
        return new KafkaConsumer<>(with(more), new StringDeserializer(), new StringDeserializer());
    }

    /** Appends values to an empty partition, and checks the offsets. */
    void produce(String topic, int partition, int count) {
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String value : values(count)) {
                sent.add(producer.send(new ProducerRecord<>(topic, partition, "key", value)));
            }
            for (int i = 0; i < count; i++) {
                assertThat(get(sent.get(i)).offset()).isEqualTo(i);
            }
        }
    }

    /** Reads a partition from its beginning, until it has {@code count} values or a minute is over. */
    List<String> consume(String topic, int partition, int count) {
        TopicPartition name = new TopicPartition(topic, partition);
        try (Consumer<String, String> consumer = consumer(Map.of())) {
            consumer.assign(List.of(name));
            consumer.seekToBeginning(List.of(name));
            return poll(consumer, count);
        }
    }

    /** Polls until there are {@code count} values or a minute is over. */
    static List<String> poll(Consumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (values.size() < count && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
        }
        return values;
    }

    static List<String> values(int count) {
        return IntStream.range(0, count).mapToObj(i -> "value " + i).toList();
    }

    static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
