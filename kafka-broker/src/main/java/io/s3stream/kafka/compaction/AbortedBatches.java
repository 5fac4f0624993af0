package io.s3stream.kafka.compaction;

import io.s3stream.kafka.producers.AbortedTransaction;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Tells which batches belong to aborted transactions. Immutable. */
final class AbortedBatches {

    /** By producer, the first offset of each transaction and the offset of its marker. */
    private final Map<Long, TreeMap<Long, Long>> transactions = new HashMap<>();

    AbortedBatches(Collection<AbortedTransaction> aborted) {
        for (AbortedTransaction transaction : aborted) {
            transactions
                    .computeIfAbsent(transaction.producerId(), id -> new TreeMap<>())
                    .put(transaction.firstOffset(), transaction.lastOffset());
        }
    }

    boolean contains(RecordBatch batch) {
        if (!batch.isTransactional() || batch.isControlBatch() || transactions.isEmpty()) {
            return false;
        }
        TreeMap<Long, Long> ofProducer = transactions.get(batch.producerId());
        Map.Entry<Long, Long> found = ofProducer == null ? null : ofProducer.floorEntry(batch.baseOffset());
        return found != null && batch.lastOffset() <= found.getValue();
    }
}
