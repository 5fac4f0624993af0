package io.s3stream.kafka.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The consuming workload: a consumer with Kafka's default settings reads all partitions from their start. */
record CatchUp(Contender contender, String topic) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Reads until {@code bytes} of values have arrived. Returns the bytes per second from the first request to the last
     * record, in MiB.
     */
    double read(int partitions, long bytes) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", contender.server().bootstrap(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> all = IntStream.range(0, partitions)
                    .mapToObj(index -> new TopicPartition(topic, index))
                    .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long begin = System.nanoTime();
            long last = begin;
            long read = 0;
            while (read < bytes) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    read += record.value().length;
                    last = System.nanoTime();
                }
                if (System.nanoTime() - last > PATIENCE.toNanos()) {
                    throw new IllegalStateException(
                            contender.name() + ": " + read + " of " + bytes + " bytes were read");
                }
            }
            return read / ((last - begin) / 1e9) / (1 << 20);
        }
    }
}
