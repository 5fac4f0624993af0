package io.s3stream.kafka.producers;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.TransactionCoordinatorFencedException;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The last batches and the transaction of one producer in one log. The rules are those of Kafka's {@code
 * ProducerAppendInfo}: checks change nothing, and the log calls {@link #add} after the append. Guarded by the lock of
 * the log.
 */
final class ProducerState {

    /** A client has at most five requests in flight to one broker, so five batches recognise most repetitions. */
    static final int MAX_BATCHES = 5;

    private static final long SEQUENCES = 1L + Integer.MAX_VALUE;

    static final long NO_TRANSACTION = -1;

    private final long id;
    private final ArrayDeque<RecentBatch> batches = new ArrayDeque<>(MAX_BATCHES);
    private short epoch;
    private int coordinatorEpoch;
    private long lastTimestamp;
    private long lastSeen;
    private long transactionStart;

    /** As {@link ProducerEntry#accepted}. */
    private int accepted;

    ProducerState(long id) {
        this(new ProducerEntry(
                id, RecordBatch.NO_PRODUCER_EPOCH, -1, RecordBatch.NO_TIMESTAMP, 0, NO_TRANSACTION, 0, List.of()));
    }

    ProducerState(ProducerEntry entry) {
        id = entry.id();
        epoch = entry.epoch();
        coordinatorEpoch = entry.coordinatorEpoch();
        lastTimestamp = entry.lastTimestamp();
        lastSeen = entry.lastSeen();
        transactionStart = entry.transactionStart();
        accepted = entry.accepted();
        batches.addAll(entry.batches());
    }

    /** An immutable copy. */
    ProducerEntry entry() {
        return new ProducerEntry(
                id, epoch, coordinatorEpoch, lastTimestamp, lastSeen, transactionStart, accepted, List.copyOf(batches));
    }

    /** The earlier append of the same batch, if it is among the last five. */
    Optional<RecentBatch> duplicateOf(RecordBatch batch) {
        if (batch.producerEpoch() != epoch) {
            return Optional.empty();
        }
        return batches.stream()
                .filter(known ->
                        known.firstSequence() == batch.baseSequence() && known.lastSequence() == batch.lastSequence())
                .findFirst();
    }

    /**
     * The first offset that is remembered, if the batch was accepted before it. Five batches do not recognise each
     * repetition: a client sends to a new leader while its requests to a hung one are in flight.
     */
    OptionalLong endOfForgotten(RecordBatch batch) {
        int first = batch.baseSequence();
        if (batch.producerEpoch() != epoch || batches.isEmpty() || first < 0) {
            return OptionalLong.empty();
        }
        long distance = Math.floorMod((long) batches.getLast().lastSequence() - first, SEQUENCES);
        boolean isBehind = distance < accepted && batch.lastOffset() - batch.baseOffset() <= distance;
        return isBehind ? OptionalLong.of(batches.getFirst().firstOffset()) : OptionalLong.empty();
    }

    /**
     * Checks a batch of records.
     *
     * @param hasSequence whether the batch comes from a client and has a sequence
     * @param guard the verification in progress of the producer, or null
     */
    void check(RecordBatch batch, boolean hasSequence, @Nullable VerificationGuard guard) {
        if (batch.producerEpoch() < epoch) {
            throw staleEpoch(batch.producerEpoch());
        }
        if (hasSequence) {
            checkSequence(batch, guard);
        }
        if (transactionStart != NO_TRANSACTION && !batch.isTransactional()) {
            throw new InvalidTxnStateException("producer " + id + " wrote a batch outside a transaction, and its "
                    + "transaction in this partition is open since offset " + transactionStart);
        }
    }

    private void checkSequence(RecordBatch batch, @Nullable VerificationGuard guard) {
        int first = batch.baseSequence();
        if (guard != null && guard.supportsEpochBump() && first != 0 && batches.isEmpty()) {
            throw outOfOrder(batch, 0);
        }
        if (guard != null && first > guard.lowestSequence()) {
            throw outOfOrder(batch, guard.lowestSequence());
        }
        if (epoch == RecordBatch.NO_PRODUCER_EPOCH) {
            return; // an unknown producer: its earlier batches may have been deleted
        }
        int expected = batch.producerEpoch() != epoch || batches.isEmpty()
                ? 0
                : after(batches.getLast().lastSequence());
        if (first != expected) {
            throw outOfOrder(batch, expected);
        }
    }

    private static int after(int sequence) {
        return sequence == Integer.MAX_VALUE ? 0 : sequence + 1;
    }

    /** Checks a marker. */
    void check(TransactionMarker marker) {
        boolean mustGrow = marker.transactionVersion() >= 2;
        boolean isRepeated = marker.producerEpoch() == epoch && transactionStart == NO_TRANSACTION;
        boolean isStale = mustGrow ? marker.producerEpoch() <= epoch && !isRepeated : marker.producerEpoch() < epoch;
        if (isStale) {
            throw staleEpoch(marker.producerEpoch());
        }
        if (marker.coordinatorEpoch() < coordinatorEpoch) {
            throw new TransactionCoordinatorFencedException("a marker of producer " + id + " has coordinator epoch "
                    + marker.coordinatorEpoch() + ", and the partition has seen " + coordinatorEpoch);
        }
    }

    /** Remembers an appended batch of records. Returns whether it begins a transaction. */
    boolean add(RecordBatch batch, long firstOffset, long lastOffset, long now) {
        changeEpoch(batch.producerEpoch());
        accept(batch.baseSequence(), lastOffset - firstOffset + 1);
        if (batches.size() == MAX_BATCHES) {
            batches.removeFirst();
        }
        batches.addLast(new RecentBatch(
                batch.lastSequence(), lastOffset, Math.toIntExact(lastOffset - firstOffset), batch.maxTimestamp()));
        lastTimestamp = batch.maxTimestamp();
        lastSeen = now;
        boolean begins = batch.isTransactional() && transactionStart == NO_TRANSACTION;
        if (begins) {
            transactionStart = firstOffset;
        }
        return begins;
    }

    /** Counts sequences. A gap is possible in a log whose batches were cleaned, or that another broker wrote. */
    private void accept(int first, long count) {
        boolean continues =
                !batches.isEmpty() && first == after(batches.getLast().lastSequence());
        accepted = first < 0 ? 0 : (int) Math.min(ProducerEntry.MAX_ACCEPTED, (continues ? accepted : 0) + count);
    }

    /** Remembers an appended marker. Returns the first offset of the transaction that it ends, or {@link #NO_TRANSACTION}. */
    long end(short markerEpoch, int markerCoordinatorEpoch, long timestamp, long now) {
        long ended = transactionStart;
        changeEpoch(markerEpoch);
        coordinatorEpoch = markerCoordinatorEpoch;
        transactionStart = NO_TRANSACTION;
        lastTimestamp = timestamp;
        lastSeen = now;
        return ended;
    }

    private void changeEpoch(short newEpoch) {
        if (newEpoch != epoch) {
            batches.clear();
            accepted = 0;
            epoch = newEpoch;
        }
    }

    boolean hasTransaction(short ofEpoch) {
        return transactionStart != NO_TRANSACTION && epoch == ofEpoch;
    }

    /**
     * Whether the producer has been silent for long. Kafka goes by the timestamps of records: it forgets a producer of old
     * events while the producer writes, and appends its repeated batches again.
     */
    boolean isExpired(long now, long expirationMillis) {
        return transactionStart == NO_TRANSACTION && now - lastSeen >= expirationMillis;
    }

    private InvalidProducerEpochException staleEpoch(short seen) {
        return new InvalidProducerEpochException(
                "producer " + id + " has epoch " + seen + ", and the partition has seen epoch " + epoch);
    }

    private OutOfOrderSequenceException outOfOrder(RecordBatch batch, int expected) {
        return new OutOfOrderSequenceException("producer " + id + " epoch " + batch.producerEpoch() + ": sequence "
                + batch.baseSequence() + " was sent, and " + expected + " is expected");
    }
}
