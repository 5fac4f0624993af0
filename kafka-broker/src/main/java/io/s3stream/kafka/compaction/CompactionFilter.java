package io.s3stream.kafka.compaction;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.FetchedBatch;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;

/**
 * A pass of a cleaning over a log. The rules are those of Kafka's {@code Cleaner}. It sees the batches in the order of
 * their offsets; the store may go back and show some again. All facts that it decides by are durable: see {@link
 * Scope}. A single thread at a time uses it.
 */
final class CompactionFilter implements BatchFilter {

    /**
     * The facts that a pass decides by. All of them lie before the last stable offset.
     *
     * @param end of the pass, a boundary of batches. The batch before it stays, if need be without records
     * @param removableBefore tombstones and commit markers before it may go
     * @param latest offsets of the keys, from the first dirty batch to {@code end}
     * @param aborted the batches of aborted transactions
     * @param lastOfProducers the last offset of each producer's last batch: that batch stays, if need be without
     *     records, because a replay finds the producer's sequence in it
     */
    record Scope(
            long end, long removableBefore, LatestOffsets latest, AbortedBatches aborted, Set<Long> lastOfProducers) {}

    private final Scope scope;

    /** The producers with a transactional batch after their last marker. */
    private final Set<Long> withData = new HashSet<>();

    /** The end of the batches that were seen. Markers that are shown again stay: the state has gone on since. */
    private long seenTo;

    CompactionFilter(Scope scope) {
        this.scope = scope;
    }

    @Override
    public Verdict apply(FetchedBatch fetched) {
        ByteBuffer payload = fetched.payload();
        boolean isRepeated = fetched.baseOffset() < seenTo;
        seenTo = Math.max(seenTo, fetched.endOffset());
        RecordBatch batch = MemoryRecords.readableRecords(payload.duplicate())
                .batches()
                .iterator()
                .next();
        if (batch.isControlBatch()) {
            return isRepeated ? Verdict.keep() : ofMarker(batch);
        }
        if (batch.isTransactional() && !isRepeated) {
            withData.add(batch.producerId());
        }
        return ofData(batch, payload.remaining());
    }

    /** A commit marker without records of its transaction has no reader. An abort marker stays. */
    private Verdict ofMarker(RecordBatch batch) {
        boolean hadData = withData.remove(batch.producerId());
        boolean isRemovable = !hadData && isCommit(batch) && batch.lastOffset() < scope.removableBefore();
        return isRemovable && !isLast(batch) ? Verdict.drop() : Verdict.keep();
    }

    private static boolean isCommit(RecordBatch batch) {
        for (Record record : batch) {
            return ControlRecordType.parse(record.key()) == ControlRecordType.COMMIT
                    && EndTransactionMarker.deserialize(record).controlType() == ControlRecordType.COMMIT;
        }
        return false;
    }

    private Verdict ofData(RecordBatch batch, int bytes) {
        int retained = 0;
        int total = 0;
        boolean isAborted = scope.aborted().contains(batch);
        try (CloseableIterator<Record> records = batch.streamingIterator(BufferSupplier.NO_CACHING)) {
            while (records.hasNext()) {
                total++;
                Record record = records.next();
                retained += !isAborted && isRetained(record) ? 1 : 0;
            }
        }
        if (retained > 0) {
            return retained == total
                    ? Verdict.keep()
                    : smaller(BatchRewriting.withRecords(batch, this::isRetained, bytes), bytes);
        }
        if (!isLast(batch)) {
            return Verdict.drop();
        }
        return total == 0 ? Verdict.keep() : smaller(BatchRewriting.withoutRecords(batch), bytes);
    }

    /** A payload must not grow. It can if other differences of timestamps need more bytes; then the batch stays. */
    private static Verdict smaller(ByteBuffer payload, int bytes) {
        return payload.remaining() <= bytes ? Verdict.replace(payload) : Verdict.keep();
    }

    private boolean isRetained(Record record) {
        return scope.latest().isLatest(record) && (record.hasValue() || record.offset() >= scope.removableBefore());
    }

    private boolean isLast(RecordBatch batch) {
        return batch.nextOffset() == scope.end()
                || (batch.hasProducerId() && scope.lastOfProducers().contains(batch.lastOffset()));
    }
}
