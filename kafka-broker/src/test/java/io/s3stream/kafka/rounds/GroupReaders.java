package io.s3stream.kafka.rounds;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Consumers of one group that read a topic during the rounds, each on a thread of its own, and commit their offsets. Within
 * an assignment, each offset follows the one before. Each partition's history has the records.
 */
final class GroupReaders implements AutoCloseable {

    private static final int MEMBERS = 2;
    private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<PartitionHistory> histories;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isStopped;

    GroupReaders(String bootstrap, String topic, List<PartitionHistory> histories) {
        this.histories = histories;
        for (int i = 0; i < MEMBERS; i++) {
            threads.add(new Thread(() -> read(bootstrap, topic), "reader-" + i));
        }
        threads.forEach(Thread::start);
    }

    /** The next offset of each assigned partition. Confined to the thread of its consumer. */
    private static final class Positions implements ConsumerRebalanceListener {
        final Map<TopicPartition, Long> next = new HashMap<>();

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            assigned.forEach(next::remove);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            revoked.forEach(next::remove);
        }
    }

    private void read(String bootstrap, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        "rounds",
                        "group.protocol",
                        "consumer",
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false,
                        "max.poll.records",
                        5000,
                        "reconnect.backoff.max.ms",
                        100,
                        "retry.backoff.ms",
                        20,
                        "retry.backoff.max.ms",
                        200),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            Positions positions = new Positions();
            consumer.subscribe(List.of(topic), positions);
            long committed = System.nanoTime();
            while (!isStopped) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    PartitionHistory history = histories.get(record.partition());
                    Long next = positions.next.put(
                            new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                    if (next != null && next != record.offset()) {
                        history.finding(
                                "a consumer of the group read offset " + record.offset() + " after " + (next - 1));
                    }
                    history.read(
                            record.offset(), ByteBuffer.wrap(record.value()).getLong());
                }
                if (System.nanoTime() - committed > COMMIT_NANOS) {
                    consumer.commitAsync();
                    committed = System.nanoTime();
                }
            }
        } catch (RuntimeException | Error e) {
            histories.get(0).finding("a consumer of the group ended: " + e);
        }
    }

    /** Waits until the group has read all records before these offsets; a partition that does not progress is a finding. */
    void awaitDelivered(List<Long> ends) {
        for (int i = 0; i < histories.size(); i++) {
            PartitionHistory history = histories.get(i);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (history.delivered() < ends.get(i)) {
                if (System.nanoTime() > deadline) {
                    history.finding("the group has read up to offset " + history.delivered() + " of " + ends.get(i)
                            + " within " + PATIENCE);
                    break;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    /** Ends the consumers, and waits until their threads have ended. */
    @Override
    public void close() {
        isStopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
