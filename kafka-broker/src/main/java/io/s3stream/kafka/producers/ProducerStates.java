package io.s3stream.kafka.producers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The producers of a log: their last batches, their open transactions, and the index of aborted transactions. Guarded
 * by the lock of the log.
 */
public final class ProducerStates {

    private final Map<Long, ProducerState> producers = new HashMap<>();
    private final Map<Long, VerificationGuard> guards = new HashMap<>();

    /** The producers of the open transactions, by first offset. */
    private final TreeMap<Long, Long> open = new TreeMap<>();

    /** The last offsets of transactions whose marker may not be durable, by first offset. */
    private final TreeMap<Long, Long> ending = new TreeMap<>();

    private final AbortedTransactions aborted = new AbortedTransactions();

    /** The states of a snapshot, without producers that have expired since. */
    public ProducerStates(ProducerSnapshot snapshot, long now, long expirationMillis) {
        for (ProducerEntry entry : snapshot.producers()) {
            ProducerState producer = new ProducerState(entry);
            if (!producer.isExpired(now, expirationMillis)) {
                producers.put(entry.id(), producer);
                if (entry.transactionStart() != ProducerState.NO_TRANSACTION) {
                    open.put(entry.transactionStart(), entry.id());
                }
            }
        }
        snapshot.aborted().forEach(aborted::add);
    }

    /** An immutable copy, which stands for all batches before {@code offset}. */
    public ProducerSnapshot snapshot(long offset) {
        return new ProducerSnapshot(offset, entries(), aborted.all());
    }

    /** Copies of all producers, by id. */
    public List<ProducerEntry> entries() {
        List<ProducerEntry> entries = new ArrayList<>(producers.size());
        producers.values().forEach(producer -> entries.add(producer.entry()));
        entries.sort(Comparator.comparingLong(ProducerEntry::id));
        return entries;
    }

    /** The earlier append of the same batch, if the log remembers it. */
    public Optional<RecentBatch> duplicateOf(RecordBatch batch) {
        ProducerState producer = batch.hasProducerId() ? producers.get(batch.producerId()) : null;
        return producer == null ? Optional.empty() : producer.duplicateOf(batch);
    }

    /**
     * The end of the part of the log that is known to hold the same batch, if the log has accepted it but remembers it no
     * longer.
     */
    public OptionalLong endOfForgotten(RecordBatch batch) {
        ProducerState producer = batch.hasProducerId() ? producers.get(batch.producerId()) : null;
        return producer == null ? OptionalLong.empty() : producer.endOfForgotten(batch);
    }

    /**
     * Checks a batch of records that is no duplicate.
     *
     * @throws org.apache.kafka.common.errors.ApiException the protocol's error
     */
    public void check(RecordBatch batch, boolean hasSequence, @Nullable VerificationGuard guard) {
        if (!batch.hasProducerId()) {
            return;
        }
        ProducerState producer = producers.get(batch.producerId());
        VerificationGuard present = guards.get(batch.producerId());
        if (batch.isTransactional()
                && (producer == null || !producer.hasTransaction(batch.producerEpoch()))
                && (guard == null || guard != present)) {
            throw new InvalidTxnStateException("producer " + batch.producerId() + " epoch " + batch.producerEpoch()
                    + ": the partition is in no ongoing transaction of the producer");
        }
        (producer == null ? new ProducerState(batch.producerId()) : producer).check(batch, hasSequence, present);
    }

    /**
     * Checks a batch without a sequence, or a marker.
     *
     * @param transactionVersion of a marker, see {@link TransactionMarker#transactionVersion}
     */
    public void checkUnnumbered(RecordBatch batch, @Nullable VerificationGuard guard, short transactionVersion) {
        if (!batch.isControlBatch()) {
            check(batch, false, guard);
            return;
        }
        for (Record record : batch) {
            EndTransactionMarker marker = EndTransactionMarker.deserialize(record);
            check(new TransactionMarker(
                    batch.producerId(),
                    batch.producerEpoch(),
                    marker.controlType() == ControlRecordType.COMMIT,
                    marker.coordinatorEpoch(),
                    transactionVersion));
        }
    }

    /** Checks a marker. */
    public void check(TransactionMarker marker) {
        ProducerState producer = producers.get(marker.producerId());
        (producer == null ? new ProducerState(marker.producerId()) : producer).check(marker);
    }

    /**
     * Begins the verification of a transactional batch, or joins the one in progress. Returns null if the transaction
     * is open in this log, which needs no verification.
     *
     * @param sequence of the batch, or {@link RecordBatch#NO_SEQUENCE}
     */
    public @Nullable VerificationGuard beginVerification(
            long producerId, short epoch, int sequence, boolean supportsEpochBump, long now) {
        ProducerState producer = producers.get(producerId);
        if (producer != null && producer.hasTransaction(epoch)) {
            return null;
        }
        VerificationGuard guard = guards.computeIfAbsent(
                producerId, id -> new VerificationGuard(epoch, sequence, supportsEpochBump, now));
        guard.include(epoch, sequence);
        return guard;
    }

    /**
     * Remembers a batch that was appended or is replayed.
     *
     * @param now in milliseconds of the broker's clock
     */
    public void add(RecordBatch batch, long now) {
        if (!batch.hasProducerId()) {
            return;
        }
        if (batch.isControlBatch()) {
            Iterator<Record> records = batch.iterator();
            if (records.hasNext()) {
                end(batch, records.next(), now);
            }
            return;
        }
        ProducerState producer = producers.computeIfAbsent(batch.producerId(), ProducerState::new);
        if (producer.add(batch, batch.baseOffset(), batch.lastOffset(), now)) {
            open.put(batch.baseOffset(), batch.producerId());
        }
        if (batch.isTransactional()) {
            guards.remove(batch.producerId());
        }
    }

    private void end(RecordBatch batch, Record record, long now) {
        EndTransactionMarker marker = EndTransactionMarker.deserialize(record);
        ProducerState producer = producers.computeIfAbsent(batch.producerId(), ProducerState::new);
        long first = producer.end(batch.producerEpoch(), marker.coordinatorEpoch(), record.timestamp(), now);
        // A marker of version 2 has the epoch of the next transaction, whose verification stays valid.
        guards.computeIfPresent(
                batch.producerId(), (id, guard) -> guard.isOfNext(batch.producerEpoch()) ? guard : null);
        if (first == ProducerState.NO_TRANSACTION) {
            return;
        }
        long last = batch.lastOffset();
        open.remove(first);
        ending.put(first, last);
        if (marker.controlType() == ControlRecordType.ABORT) {
            long stable = open.isEmpty() ? last + 1 : open.firstKey();
            aborted.add(new AbortedTransaction(batch.producerId(), first, last, stable));
        }
    }

    /**
     * The end of the data that a reader of committed records sees: the first offset of the oldest transaction that is
     * open or whose marker is not durable.
     *
     * @param start of the log
     * @param confirmed the end of the durable data
     */
    public long lastStableOffset(long start, long confirmed) {
        ending.values().removeIf(last -> last < confirmed);
        long first = confirmed;
        if (!open.isEmpty()) {
            first = Math.min(first, open.firstKey());
        }
        if (!ending.isEmpty()) {
            first = Math.min(first, ending.firstKey());
        }
        return Math.max(first, Math.min(start, confirmed));
    }

    public List<AbortedTransaction> abortedBetween(long from, long to) {
        return aborted.between(from, to);
    }

    /** Drops aborted transactions that ended before {@code start}, the new start of the log. */
    public void dropBefore(long start) {
        aborted.dropBefore(start);
    }

    /** Drops producers without a transaction of which nothing was appended for {@code expirationMillis}. */
    public void expire(long now, long expirationMillis) {
        producers.values().removeIf(producer -> producer.isExpired(now, expirationMillis));
        guards.values().removeIf(guard -> now - guard.createdAt() >= expirationMillis);
    }
}
