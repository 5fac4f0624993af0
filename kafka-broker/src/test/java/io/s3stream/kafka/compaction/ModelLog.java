package io.s3stream.kafka.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.FetchedBatch;
import io.s3stream.kafka.producers.AbortedTransaction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** A log in memory with transactions, and the records that readers of committed records must find in it. */
final class ModelLog {

    static final int LEADER_EPOCH = 7;

    final List<FetchedBatch> batches = new ArrayList<>();
    final List<AbortedTransaction> aborted = new ArrayList<>();

    /** The first offsets of open transactions, by producer. */
    final Map<Long, Long> open = new TreeMap<>();

    /** The last offset of each producer's last batch. */
    final Map<Long, Long> lastOfProducers = new HashMap<>();

    private final Map<Long, Integer> sequences = new HashMap<>();

    private record Write(String key, String value, long offset) {}

    /** All writes that are committed, in the order of their offsets. */
    private final TreeMap<Long, Write> committed = new TreeMap<>();

    private final Map<Long, List<Write>> pending = new HashMap<>();

    long end() {
        return batches.isEmpty() ? 0 : batches.get(batches.size() - 1).endOffset();
    }

    long lastStableOffset() {
        return open.values().stream().mapToLong(Long::longValue).min().orElse(end());
    }

    void append(Compression compression, long producerId, boolean isTransactional, List<SimpleRecord> records) {
        long base = end();
        boolean hasProducer = producerId >= 0;
        int sequence = hasProducer ? sequences.merge(producerId, records.size(), Integer::sum) - records.size() : -1;
        MemoryRecords batch = MemoryRecords.withRecords(
                RecordBatch.MAGIC_VALUE_V2,
                base,
                compression,
                TimestampType.CREATE_TIME,
                producerId,
                (short) (hasProducer ? 0 : -1),
                sequence,
                LEADER_EPOCH,
                isTransactional,
                records.toArray(SimpleRecord[]::new));
        add(batch, records.size());
        if (hasProducer) {
            lastOfProducers.put(producerId, end() - 1);
        }
        for (int i = 0; i < records.size(); i++) {
            SimpleRecord record = records.get(i);
            Write write = new Write(text(record.key()), text(record.value()), base + i);
            if (isTransactional) {
                open.putIfAbsent(producerId, base);
                pending.computeIfAbsent(producerId, id -> new ArrayList<>()).add(write);
            } else {
                committed.put(write.offset(), write);
            }
        }
    }

    void end(long producerId, boolean isCommit) {
        long base = end();
        add(
                MemoryRecords.withEndTransactionMarker(
                        base,
                        base,
                        LEADER_EPOCH,
                        producerId,
                        (short) 0,
                        new EndTransactionMarker(isCommit ? ControlRecordType.COMMIT : ControlRecordType.ABORT, 0)),
                1);
        long first = open.remove(producerId);
        List<Write> writes = pending.remove(producerId);
        if (isCommit) {
            writes.forEach(write -> committed.put(write.offset(), write));
        } else {
            aborted.add(new AbortedTransaction(producerId, first, base, lastStableOffset()));
        }
    }

    private void add(MemoryRecords records, int count) {
        long timestamp = records.batchIterator().next().maxTimestamp();
        batches.add(new FetchedBatch(
                end(), count, timestamp, LEADER_EPOCH + 1, records.buffer().asReadOnlyBuffer()));
    }

    /** The latest committed value of each key before an offset: null for a tombstone. */
    Map<String, String> latestBefore(long offset) {
        Map<String, String> values = new HashMap<>();
        committed.headMap(offset).values().forEach(write -> values.put(write.key(), write.value()));
        return values;
    }

    /** The offset of the latest committed write of each key before an offset. */
    Map<String, Long> latestOffsetsBefore(long offset) {
        Map<String, Long> offsets = new HashMap<>();
        committed.headMap(offset).values().forEach(write -> offsets.put(write.key(), write.offset()));
        return offsets;
    }

    /** The records that a reader of committed records gets from the log as it is now, by Kafka's rule for clients. */
    List<Record> read(long to) {
        List<Record> records = new ArrayList<>();
        Set<Long> abortedProducers = new HashSet<>();
        PriorityQueue<AbortedTransaction> ahead =
                new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
        ahead.addAll(aborted);
        for (FetchedBatch fetched : batches) {
            if (fetched.isDropped() || fetched.endOffset() > to) {
                continue;
            }
            MutableRecordBatch batch = batch(fetched);
            while (!ahead.isEmpty() && ahead.peek().firstOffset() <= batch.lastOffset()) {
                abortedProducers.add(ahead.poll().producerId());
            }
            if (batch.isControlBatch()) {
                abortedProducers.remove(batch.producerId());
            } else if (!batch.isTransactional() || !abortedProducers.contains(batch.producerId())) {
                batch.forEach(records::add);
            }
        }
        return records;
    }

    /** Shows the batches to a filter, and applies its decisions. */
    void rewrite(int from, int to, BatchFilter filter) {
        for (int i = from; i < to; i++) {
            FetchedBatch before = batches.get(i);
            if (before.isDropped()) {
                continue;
            }
            BatchFilter.Verdict verdict = filter.apply(before);
            if (verdict instanceof BatchFilter.Drop) {
                batches.set(i, with(before, ByteBuffer.allocate(0)));
            } else if (verdict instanceof BatchFilter.Replace replaced) {
                batches.set(i, with(before, replaced.payload()));
                assertThat(replaced.payload().remaining())
                        .isLessThanOrEqualTo(before.payload().remaining());
                assertSame(batch(batches.get(i)), batch(before));
            }
        }
    }

    /** All but the records stays. */
    private static void assertSame(MutableRecordBatch after, MutableRecordBatch before) {
        after.ensureValid();
        assertThat(after.baseOffset()).isEqualTo(before.baseOffset());
        assertThat(after.lastOffset()).isEqualTo(before.lastOffset());
        assertThat(after.producerId()).isEqualTo(before.producerId());
        assertThat(after.producerEpoch()).isEqualTo(before.producerEpoch());
        assertThat(after.baseSequence()).isEqualTo(before.baseSequence());
        assertThat(after.lastSequence()).isEqualTo(before.lastSequence());
        assertThat(after.isTransactional()).isEqualTo(before.isTransactional());
        assertThat(after.isControlBatch()).isEqualTo(before.isControlBatch());
        assertThat(after.partitionLeaderEpoch()).isEqualTo(before.partitionLeaderEpoch());
    }

    private static FetchedBatch with(FetchedBatch batch, ByteBuffer payload) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining());
        copy.put(payload.duplicate()).flip();
        return new FetchedBatch(
                batch.baseOffset(),
                batch.recordCount(),
                batch.maxTimestamp(),
                batch.streamEpoch(),
                copy.asReadOnlyBuffer());
    }

    static MutableRecordBatch batch(FetchedBatch fetched) {
        return MemoryRecords.readableRecords(fetched.payload().duplicate())
                .batchIterator()
                .next();
    }

    static String text(ByteBuffer bytes) {
        return bytes == null
                ? null
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
