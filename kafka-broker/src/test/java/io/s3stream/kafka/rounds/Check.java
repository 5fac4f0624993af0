package io.s3stream.kafka.rounds;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning and compares it with the acknowledged records. */
final class Check {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<String> findings = new ArrayList<>();
    private long records;

    /** Reads all partitions; the result has the findings. */
    static Check run(String bootstrap, String topic, int partitions, Load load) {
        Check check = new Check();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "max.poll.records", 5000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            for (int i = 0; i < partitions; i++) {
                check.partition(consumer, new TopicPartition(topic, i), load.acknowledged(i));
            }
        }
        return check;
    }

    private void partition(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, Map<Long, Long> acknowledged) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        Map<Long, Long> found = new HashMap<>();
        long next = 0;
        long last = -1;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (next < end && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                long number = ByteBuffer.wrap(record.value()).getLong();
                if (record.offset() != next) {
                    finding(partition, "offset " + record.offset() + " follows " + (next - 1));
                }
                Long before = found.put(number, record.offset());
                if (before != null) {
                    finding(partition, "number " + number + " is at " + before + " and at " + record.offset());
                } else if (number < last) {
                    finding(partition, "number " + number + " follows " + last);
                }
                last = number;
                next = record.offset() + 1;
                records++;
                deadline = System.nanoTime() + PATIENCE.toNanos();
            }
        }
        if (next < end) {
            finding(partition, "no record at " + next + " before the end " + end);
        }
        acknowledged.forEach((number, offset) -> {
            if (!offset.equals(found.get(number))) {
                finding(
                        partition,
                        "number " + number + " was acknowledged at " + offset + " and is at " + found.get(number));
            }
        });
    }

    private void finding(TopicPartition partition, String what) {
        findings.add(partition + ": " + what);
    }

    List<String> findings() {
        return findings;
    }

    long records() {
        return records;
    }
}
