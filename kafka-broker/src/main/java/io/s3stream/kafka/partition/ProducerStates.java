package io.s3stream.kafka.partition;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * The last batches of each idempotent producer, by which repeated and missing batches are recognised. Guarded by the
 * lock of its log. The rules are those of Kafka's ProducerAppendInfo: a producer keeps at most five batches in flight,
 * so five are remembered.
 */
final class ProducerStates {

    private static final int REMEMBERED = 5;

    private final Map<Long, Producer> producers = new HashMap<>();

    private static final class Producer {
        short epoch;
        final ArrayDeque<Batch> batches = new ArrayDeque<>(REMEMBERED);

        Producer(short epoch) {
            this.epoch = epoch;
        }
    }

    private record Batch(int firstSequence, int lastSequence, long baseOffset) {}

    /**
     * The base offset that the batch got when it was appended before, or nothing for a new batch.
     *
     * @throws InvalidProducerEpochException a newer instance of the producer has written
     * @throws OutOfOrderSequenceException a batch before this one is missing
     */
    OptionalLong check(RecordBatch batch) {
        Producer producer = producers.get(batch.producerId());
        if (!batch.hasProducerId() || producer == null) {
            return OptionalLong.empty();
        }
        if (batch.producerEpoch() < producer.epoch) {
            throw new InvalidProducerEpochException("producer " + batch.producerId() + " epoch " + batch.producerEpoch()
                    + ": the partition has seen epoch " + producer.epoch);
        }
        if (batch.producerEpoch() > producer.epoch) {
            expect(batch, 0);
            return OptionalLong.empty();
        }
        for (Batch known : producer.batches) {
            if (known.firstSequence == batch.baseSequence() && known.lastSequence == batch.lastSequence()) {
                return OptionalLong.of(known.baseOffset);
            }
        }
        Batch last = producer.batches.peekLast();
        if (last != null) {
            expect(batch, DefaultRecordBatch.incrementSequence(last.lastSequence, 1));
        }
        return OptionalLong.empty();
    }

    private static void expect(RecordBatch batch, int sequence) {
        if (batch.baseSequence() != sequence) {
            throw new OutOfOrderSequenceException("producer " + batch.producerId() + " epoch " + batch.producerEpoch()
                    + ": sequence " + batch.baseSequence() + " follows, and " + sequence + " was expected");
        }
    }

    /** Remembers a batch that was appended at {@code baseOffset}. */
    void add(RecordBatch batch, long baseOffset) {
        if (!batch.hasProducerId()) {
            return;
        }
        Producer producer = producers.computeIfAbsent(batch.producerId(), id -> new Producer(batch.producerEpoch()));
        if (producer.epoch != batch.producerEpoch()) {
            producer.epoch = batch.producerEpoch();
            producer.batches.clear();
        }
        if (batch.isControlBatch()) {
            return; // a marker has no sequence
        }
        if (producer.batches.size() == REMEMBERED) {
            producer.batches.remove();
        }
        producer.batches.add(new Batch(batch.baseSequence(), batch.lastSequence(), baseOffset));
    }
}
