package io.s3stream.kafka.rounds.transactions;

import io.s3stream.kafka.transactions.checker.History;
import io.s3stream.kafka.transactions.checker.Instance;
import io.s3stream.kafka.transactions.checker.OffsetRead;
import io.s3stream.kafka.transactions.checker.Reading;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;

/** Collects the operations of a round. Thread-safe. */
final class Recorder {

    private final Semaphore progress;
    private final AtomicLong values = new AtomicLong();
    private final Queue<Instance> instances = new ConcurrentLinkedQueue<>();
    private final Queue<TransactionRecord> transactions = new ConcurrentLinkedQueue<>();
    private final Queue<Reading> readings = new ConcurrentLinkedQueue<>();
    private final Queue<OffsetRead> offsetReads = new ConcurrentLinkedQueue<>();

    /** @param progress gets a permit for each transaction */
    Recorder(Semaphore progress) {
        this.progress = progress;
    }

    /** A value that no other record of the round has. */
    long nextValue() {
        return values.incrementAndGet();
    }

    void add(Instance instance) {
        instances.add(instance);
    }

    void add(TransactionRecord transaction) {
        transactions.add(transaction);
        progress.release();
    }

    void add(Reading reading) {
        readings.add(reading);
    }

    void add(OffsetRead read) {
        offsetReads.add(read);
    }

    /** All operations up to now, with the final state of the partitions and of the group. */
    History history(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> offsets) {
        return new History(
                List.copyOf(instances),
                transactions.stream().map(TransactionRecord::transaction).toList(),
                List.copyOf(readings),
                List.copyOf(offsetReads),
                ends,
                offsets);
    }
}
