package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.transactions.checker.Read;
import io.s3stream.kafka.transactions.checker.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** The readings of one consumer: one for each partition and assignment or seek. Confined to the consumer's thread. */
final class ReadingLog {

    private static final class Open {
        private final long from;
        private final List<Read> records = new ArrayList<>();
        private long to;

        Open(long from) {
            this.from = from;
            this.to = from;
        }
    }

    private final Recorder recorder;
    private final String reader;
    private final IsolationLevel isolation;
    private final Map<TopicPartition, Open> open = new HashMap<>();

    ReadingLog(Recorder recorder, String reader, IsolationLevel isolation) {
        this.recorder = recorder;
        this.reader = reader;
        this.isolation = isolation;
    }

    /** Begins a reading at a position that the consumer was set to. */
    void begin(TopicPartition partition, long from) {
        end(List.of(partition));
        open.put(partition, new Open(from));
    }

    /** Notes the result of a poll, and how far the consumer is. */
    void polled(Consumer<?, ?> consumer, ConsumerRecords<String, String> records) {
        for (ConsumerRecord<String, String> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            open.computeIfAbsent(partition, key -> new Open(record.offset()))
                    .records
                    .add(new Read(record.offset(), Payload.of(record).value()));
        }
        open.forEach((partition, reading) -> {
            try {
                reading.to = consumer.position(partition);
            } catch (TimeoutException | IllegalStateException e) {
                // The leader of the partition is unknown at the moment, or the consumer has just lost the partition and
                // tells its listener later. The reading claims less than it could.
            }
        });
    }

    /** How far the reading of a partition is. */
    long position(TopicPartition partition) {
        Open reading = open.get(partition);
        return reading == null ? 0 : reading.to;
    }

    void end(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Open reading = open.remove(partition);
            if (reading != null) {
                recorder.add(new Reading(
                        reader, isolation, partition, reading.from, reading.to, List.copyOf(reading.records)));
            }
        }
    }

    void end() {
        end(List.copyOf(open.keySet()));
    }
}
