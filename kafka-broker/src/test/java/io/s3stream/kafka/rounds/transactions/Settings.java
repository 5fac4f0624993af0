package io.s3stream.kafka.rounds.transactions;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Names and clients of a round.
 *
 * @param topic also the name of the group and the beginning of the transactional ids
 * @param deadline in nanoseconds of the clock; until then all clients must have ended
 * @param threads for all clients
 */
record Settings(String bootstrap, String topic, int partitions, long deadline, Executor threads) {

    private static final Map<String, Object> COMMON = Map.of(
            "retry.backoff.ms", 20,
            "retry.backoff.max.ms", 100,
            "reconnect.backoff.ms", 20,
            "reconnect.backoff.max.ms", 100,
            "request.timeout.ms", 5000,
            "default.api.timeout.ms", 20_000,
            "metadata.max.age.ms", 2000);

    Settings with(long otherDeadline) {
        return new Settings(bootstrap, topic, partitions, otherDeadline, threads);
    }

    List<TopicPartition> all() {
        return IntStream.range(0, partitions)
                .mapToObj(i -> new TopicPartition(topic, i))
                .toList();
    }

    TopicPartition any(Random random) {
        return new TopicPartition(topic, random.nextInt(partitions));
    }

    boolean isOver() {
        return System.nanoTime() > deadline;
    }

    KafkaProducer<String, String> producer(String id) {
        Map<String, Object> config = config(Map.of(
                "transactional.id", id,
                "linger.ms", 0,
                "delivery.timeout.ms", 20_000,
                "max.block.ms", 20_000));
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    Consumer<String, String> reader(IsolationLevel isolation, Map<String, Object> more) {
        Map<String, Object> config = config(more);
        config.put("isolation.level", isolation.toString());
        config.put("enable.auto.commit", false);
        config.put("fetch.max.wait.ms", 100);
        config.putIfAbsent("auto.offset.reset", "none");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    /** A member of the group of the round. */
    Consumer<String, String> member(String protocol) {
        Map<String, Object> more = new HashMap<>(Map.of(
                "group.id", topic, "group.protocol", protocol, "auto.offset.reset", "earliest", "max.poll.records", 4));
        if (protocol.equals("classic")) {
            more.put("session.timeout.ms", Servers.SESSION_MILLIS);
            more.put("heartbeat.interval.ms", 100);
        }
        return reader(IsolationLevel.READ_COMMITTED, more);
    }

    private Map<String, Object> config(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(COMMON);
        config.put("bootstrap.servers", bootstrap);
        config.putAll(more);
        return config;
    }
}
