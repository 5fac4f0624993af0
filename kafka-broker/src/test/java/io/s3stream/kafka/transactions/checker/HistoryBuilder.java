package io.s3stream.kafka.transactions.checker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Histories made by hand. Values are numbers, and {@code partition * 100 + offset} is the usual value at an offset. Each
 * operation takes two units of time after the operation before it. Confined to one thread.
 */
final class HistoryBuilder {

    private final List<Instance> instances = new ArrayList<>();
    private final List<Transaction> transactions = new ArrayList<>();
    private final List<Reading> readings = new ArrayList<>();
    private final List<OffsetRead> offsetReads = new ArrayList<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> offsets = new HashMap<>();
    private long now;

    static TopicPartition partition(int index) {
        return new TopicPartition("topic", index);
    }

    /** A record that was sent now and acknowledged. */
    Sent sent(int partition, long offset, long value) {
        return new Sent(partition(partition), value, History.NONE, false, offset, ++now, ++now);
    }

    /** A record that consume-transform-produce clients forward. */
    Sent forwarded(int partition, long offset, long value) {
        return new Sent(partition(partition), value, History.NONE, true, offset, ++now, ++now);
    }

    /** A record that stands for a consumed one. */
    Sent copy(int partition, long offset, long value, long source) {
        return new Sent(partition(partition), value, source, false, offset, ++now, ++now);
    }

    /** A record without an acknowledgement. */
    Sent unacknowledged(int partition, long value) {
        return new Sent(partition(partition), value, History.NONE, false, History.NONE, ++now, History.NEVER);
    }

    Instance instance(String id) {
        Instance instance = new Instance(id, ++now, ++now);
        instances.add(instance);
        return instance;
    }

    HistoryBuilder transaction(Outcome outcome, Sent... sends) {
        return transaction(instance("id"), outcome, Set.of(), Map.of(), sends);
    }

    HistoryBuilder transaction(
            Instance instance, Outcome outcome, Set<Long> reads, Map<TopicPartition, Long> sentOffsets, Sent... sends) {
        long start = sends.length == 0 ? ++now : sends[0].invoked();
        return transaction(instance, outcome, reads, sentOffsets, start, ++now, ++now, sends);
    }

    HistoryBuilder transaction(
            Instance instance,
            Outcome outcome,
            Set<Long> reads,
            Map<TopicPartition, Long> sentOffsets,
            long start,
            long commitStart,
            long end,
            Sent... sends) {
        transactions.add(new Transaction(
                instance,
                reads,
                List.of(sends),
                sentOffsets,
                outcome,
                start,
                outcome == Outcome.ABORTED ? History.NEVER : commitStart,
                outcome == Outcome.UNKNOWN ? History.NEVER : end));
        return this;
    }

    HistoryBuilder committedReading(int partition, long from, long to, Read... records) {
        readings.add(new Reading(
                "reader " + readings.size(),
                IsolationLevel.READ_COMMITTED,
                partition(partition),
                from,
                to,
                List.of(records)));
        return this;
    }

    HistoryBuilder uncommittedReading(int partition, long from, long to, Read... records) {
        readings.add(new Reading(
                "reader " + readings.size(),
                IsolationLevel.READ_UNCOMMITTED,
                partition(partition),
                from,
                to,
                List.of(records)));
        return this;
    }

    HistoryBuilder offsetRead(int partition, long offset) {
        offsetReads.add(new OffsetRead(partition(partition), offset, ++now, ++now));
        return this;
    }

    HistoryBuilder end(int partition, long end, long committedOffset) {
        ends.put(partition(partition), end);
        offsets.put(partition(partition), committedOffset);
        return this;
    }

    long now() {
        return now;
    }

    History build() {
        return new History(instances, transactions, readings, offsetReads, ends, offsets);
    }

    List<Anomaly.Kind> kinds() {
        return new Checker()
                .check(build()).stream().map(Anomaly::kind).distinct().sorted().toList();
    }
}
