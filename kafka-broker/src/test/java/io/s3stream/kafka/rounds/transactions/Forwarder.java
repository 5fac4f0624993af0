package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.transactions.checker.OffsetRead;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A consume-transform-produce client: a member of the group of the round that forwards records with hops left into the
 * same topic, and commits its offsets with the records. Confined to one thread.
 */
final class Forwarder implements Runnable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int IDLE_POLLS = 3;

    private final Settings settings;
    private final Recorder recorder;
    private final String id;
    private final String protocol;
    private final BooleanSupplier isWritten;
    private final Random random;
    private final ReadingLog readings;

    /**
     * @param isWritten whether the writers have ended; the forwarder then ends at the first idle time
     */
    Forwarder(Settings settings, Recorder recorder, String id, String protocol, BooleanSupplier isWritten, long seed) {
        this.settings = settings;
        this.recorder = recorder;
        this.id = id;
        this.protocol = protocol;
        this.isWritten = isWritten;
        random = new Random(seed);
        readings = new ReadingLog(recorder, id, IsolationLevel.READ_COMMITTED);
    }

    @Override
    public void run() {
        try (TransactionalClient client = new TransactionalClient(settings, recorder, random, id);
                Consumer<String, String> consumer = settings.member(protocol)) {
            consumer.subscribe(Set.of(settings.topic()), new Sessions());
            int idle = 0;
            while (!(isWritten.getAsBoolean() && idle >= IDLE_POLLS) && !settings.isOver()) {
                try {
                    ConsumerRecords<String, String> records = consumer.poll(POLL);
                    readings.polled(consumer, records);
                    boolean isIdle = records.isEmpty() && !consumer.assignment().isEmpty();
                    idle = isIdle ? idle + 1 : 0;
                    if (!records.isEmpty() && !forward(client, consumer, records)) {
                        rewind(consumer);
                    }
                } catch (KafkaException e) {
                    client.restart();
                    rewind(consumer);
                }
            }
        } finally {
            readings.end();
        }
    }

    /** Returns whether the transaction was committed. */
    private boolean forward(
            TransactionalClient client, Consumer<?, ?> consumer, ConsumerRecords<String, String> records) {
        client.begin();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (ConsumerRecord<String, String> record : records) {
            Payload payload = Payload.of(record);
            client.read(payload.value());
            if (payload.hops() > 0) {
                client.send(payload.hops() - 1, payload.value());
            }
            offsets.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        }
        client.sendOffsets(offsets, consumer.groupMetadata());
        return client.end();
    }

    /** Continues at the committed offsets. */
    private void rewind(Consumer<?, ?> consumer) {
        while (!settings.isOver()) {
            Set<TopicPartition> assigned = new HashSet<>(consumer.assignment());
            long start = System.nanoTime();
            try {
                Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned);
                long end = System.nanoTime();
                for (TopicPartition partition : assigned) {
                    OffsetAndMetadata known = committed.get(partition);
                    long offset = known == null ? 0 : known.offset();
                    recorder.add(new OffsetRead(partition, offset, start, end));
                    consumer.seek(partition, offset);
                    readings.begin(partition, offset);
                }
                return;
            } catch (KafkaException | IllegalStateException e) {
                // The coordinator of the group is unknown at the moment, or a partition was just lost: ask again.
            }
        }
    }

    /** Each assignment of a partition begins a reading of its own. */
    private final class Sessions implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            readings.end(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            readings.end(partitions);
        }
    }
}
