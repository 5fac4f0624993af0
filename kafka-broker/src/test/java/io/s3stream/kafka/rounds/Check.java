package io.s3stream.kafka.rounds;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning, after the last round. Not thread-safe. */
final class Check implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<TopicPartition> partitions;
    private final KafkaConsumer<byte[], byte[]> consumer;

    Check(String bootstrap, String topic, int partitions) {
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(i -> new TopicPartition(topic, i))
                .toList();
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "max.poll.records", 5000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** The end of each partition. */
    List<Long> ends() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        return partitions.stream().map(ends::get).toList();
    }

    /** Reads all records into the histories of their partitions. Returns their number. */
    long read(List<PartitionHistory> histories) {
        List<Long> ends = ends();
        long records = 0;
        for (TopicPartition partition : partitions) {
            records += read(partition, ends.get(partition.partition()), histories.get(partition.partition()));
        }
        return records;
    }

    private long read(TopicPartition partition, long end, PartitionHistory history) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long next = 0;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (next < end && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                if (record.offset() != next) {
                    history.finding("offset " + record.offset() + " follows " + (next - 1));
                }
                history.read(record.offset(), ByteBuffer.wrap(record.value()).getLong());
                next = record.offset() + 1;
                deadline = System.nanoTime() + PATIENCE.toNanos();
            }
        }
        if (next < end) {
            history.finding("no record at " + next + " before the end " + end + " within " + PATIENCE);
        }
        return next;
    }

    /** The findings of all histories, with their partitions. */
    static List<String> findings(List<PartitionHistory> histories) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < histories.size(); i++) {
            for (String finding : histories.get(i).findings()) {
                all.add("partition " + i + ": " + finding);
            }
        }
        return all;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
