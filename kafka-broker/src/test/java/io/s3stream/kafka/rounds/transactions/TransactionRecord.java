package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.transactions.checker.History;
import io.s3stream.kafka.transactions.checker.Instance;
import io.s3stream.kafka.transactions.checker.Outcome;
import io.s3stream.kafka.transactions.checker.Sent;
import io.s3stream.kafka.transactions.checker.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** A transaction while its client carries it out. Thread-safe: acknowledgements arrive on the producer's thread. */
final class TransactionRecord {

    private final Instance instance;
    private final long start = System.nanoTime();
    private final Set<Long> reads = new HashSet<>();
    private final List<Sent> sends = new ArrayList<>();
    private final Map<TopicPartition, Long> offsets = new HashMap<>();
    private Outcome outcome = Outcome.ABORTED;
    private long commitStart = History.NEVER;
    private long end = History.NEVER;

    TransactionRecord(Instance instance) {
        this.instance = instance;
    }

    synchronized void read(long value) {
        reads.add(value);
    }

    /** Notes a record that is about to be sent. Returns its index. */
    synchronized int sending(TopicPartition partition, Payload payload, long source) {
        sends.add(new Sent(
                partition,
                payload.value(),
                source,
                payload.hops() > 0,
                History.NONE,
                System.nanoTime(),
                History.NEVER));
        return sends.size() - 1;
    }

    synchronized void acknowledged(int index, long offset) {
        Sent sent = sends.get(index);
        sends.set(
                index,
                new Sent(
                        sent.partition(),
                        sent.value(),
                        sent.source(),
                        sent.isForwarded(),
                        offset,
                        sent.invoked(),
                        System.nanoTime()));
    }

    synchronized void sendingOffsets(Map<TopicPartition, Long> sent) {
        offsets.putAll(sent);
    }

    /** From now on the outcome is unknown. */
    synchronized void committing() {
        commitStart = System.nanoTime();
        outcome = Outcome.UNKNOWN;
    }

    synchronized void committed() {
        outcome = Outcome.COMMITTED;
        end = System.nanoTime();
    }

    synchronized Transaction transaction() {
        return new Transaction(
                instance, Set.copyOf(reads), List.copyOf(sends), Map.copyOf(offsets), outcome, start, commitStart, end);
    }
}
