package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.partition.PartitionLog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * All records that clients have sent, and the acknowledgements. An acknowledged record is in the log in the end, once, at
 * its offset and with its epoch. Two brokers never acknowledge in one epoch. Owner of the records.
 */
final class Ledger {

    private final BrokerWorld world;
    private final Map<Long, TopicPartition> sent = new HashMap<>();
    private final Map<TopicPartition, Map<Long, Ack>> acknowledged = new HashMap<>();
    private final Map<TopicPartition, Map<Integer, Integer>> owners = new HashMap<>();

    /**
     * An acknowledgement.
     *
     * @param record its number
     * @param epoch of the leader that acknowledges
     * @param broker that acknowledges
     * @param isRepeated whether an earlier leader may have appended the record
     */
    record Ack(long record, int epoch, int broker, boolean isRepeated) {}

    Ledger(BrokerWorld world) {
        this.world = world;
    }

    /** A client sends a new record. Returns its number. */
    long send(TopicPartition partition) {
        long record = sent.size() + 1;
        sent.put(record, partition);
        return record;
    }

    void acknowledge(TopicPartition partition, long offset, Ack ack) {
        world.simulator().count("acknowledged");
        Integer owner =
                owners.computeIfAbsent(partition, key -> new HashMap<>()).putIfAbsent(ack.epoch, ack.broker);
        if (owner != null && owner != ack.broker) {
            world.violated(partition + ": brokers " + owner + " and " + ack.broker + " both acknowledge in epoch "
                    + ack.epoch);
        }
        Ack before =
                acknowledged.computeIfAbsent(partition, key -> new TreeMap<>()).putIfAbsent(offset, ack);
        if (before != null && before.record != ack.record) {
            world.violated(partition + " offset " + offset + ": " + ack + " and " + before + " have one offset");
        }
    }

    /** The number of records that were acknowledged. */
    long acknowledgements() {
        return acknowledged.values().stream().mapToLong(Map::size).sum();
    }

    /** Checks a log in the end. Calls of {@link Reading#take} pass its batches in order. */
    Reading read(PartitionLog log) {
        return new Reading(log.name());
    }

    /** The check of one log. */
    final class Reading {

        private final TopicPartition partition;
        private final Map<Long, Ack> missing;
        private final Set<Long> seen = new HashSet<>();
        private long next;
        private int epoch;

        Reading(TopicPartition partition) {
            this.partition = partition;
            this.missing = new TreeMap<>(acknowledged.getOrDefault(partition, Map.of()));
        }

        void take(MemoryRecords records) {
            for (RecordBatch batch : records.batches()) {
                for (Record record : batch) {
                    take(batch, record);
                }
            }
        }

        private void take(RecordBatch batch, Record record) {
            long number = record.value().getLong();
            if (record.offset() != next) {
                world.violated(partition + ": offset " + record.offset() + " follows " + (next - 1));
            }
            next = record.offset() + 1;
            if (batch.partitionLeaderEpoch() < epoch) {
                world.violated(partition + " offset " + record.offset() + ": epoch " + batch.partitionLeaderEpoch()
                        + " follows " + epoch);
            }
            epoch = batch.partitionLeaderEpoch();
            if (!partition.equals(sent.get(number)) || !seen.add(number)) {
                world.violated(partition + " offset " + record.offset() + ": record " + number
                        + " is there twice, or was sent to " + sent.get(number));
            }
            Ack ack = missing.remove(record.offset());
            if (ack != null && (ack.record != number || epoch > ack.epoch || (epoch < ack.epoch && !ack.isRepeated))) {
                world.violated(partition + " offset " + record.offset() + ": acknowledged " + ack + ", found record "
                        + number + " epoch " + epoch);
            }
        }

        void end() {
            if (!missing.isEmpty()) {
                world.violated(partition + ": acknowledged and lost: " + missing);
            }
        }
    }
}
