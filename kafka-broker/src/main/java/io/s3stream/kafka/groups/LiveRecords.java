package io.s3stream.kafka.groups;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/**
 * The records that a log of offsets and groups still needs: the latest value of each key, and the records of transactions
 * that are open. It knows bytes only, so that records of newer versions survive. Not thread-safe.
 *
 * <p>The rules are those of Kafka's coordinator. A committed transaction sets a key only if no newer record outside of the
 * transaction has set it. The deletion of a key also deletes its pending values.
 */
final class LiveRecords {

    /** By key, in the order of the latest values. */
    private final Map<ByteBuffer, Value> committed = new LinkedHashMap<>();

    /** By producer id. */
    private final Map<Long, Transaction> open = new LinkedHashMap<>();

    private record Value(long offset, long timestamp, ByteBuffer bytes) {}

    private static final class Transaction {
        short epoch;
        final Map<ByteBuffer, Value> pending = new LinkedHashMap<>();
    }

    /** Takes over the records of the next batch of the log. Copies the bytes that are kept. */
    void add(MutableRecordBatch batch) {
        if (batch.isControlBatch()) {
            batch.forEach(marker -> end(batch.producerId(), ControlRecordType.parse(marker.key())));
        } else if (batch.isTransactional()) {
            Transaction transaction = open.computeIfAbsent(batch.producerId(), id -> new Transaction());
            transaction.epoch = batch.producerEpoch();
            batch.forEach(record -> put(transaction.pending, record));
        } else {
            batch.forEach(record -> {
                if (!record.hasValue()) {
                    open.values().forEach(transaction -> transaction.pending.remove(record.key()));
                }
                put(committed, record);
            });
        }
    }

    private static void put(Map<ByteBuffer, Value> values, Record record) {
        ByteBuffer key = copy(record.key());
        values.remove(key);
        if (record.hasValue()) {
            values.put(key, new Value(record.offset(), record.timestamp(), copy(record.value())));
        }
    }

    private void end(long producerId, ControlRecordType outcome) {
        Transaction transaction = open.remove(producerId);
        if (transaction != null && outcome == ControlRecordType.COMMIT) {
            transaction.pending.forEach((key, value) -> {
                if (isNewest(key, value)) {
                    committed.remove(key);
                    committed.put(key, value);
                }
            });
        }
    }

    private boolean isNewest(ByteBuffer key, Value pending) {
        Value present = committed.get(key);
        return present == null || present.offset < pending.offset;
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return ByteBuffer.wrap(copy);
    }

    /** The number of keys that have a committed value. */
    int size() {
        return committed.size();
    }

    /**
     * Returns batches that stand for everything before them: the latest committed values, then pending values. A batch
     * has at most {@code maxBytes}, unless it has a single record.
     */
    List<MemoryRecords> batches(int maxBytes) {
        List<MemoryRecords> batches = new ArrayList<>();
        BatchPacker plain = BatchPacker.plain(maxBytes, batches);
        committed.forEach((key, value) -> plain.add(value.timestamp, key, value.bytes));
        plain.finish();
        open.forEach((producerId, transaction) -> {
            BatchPacker pending = BatchPacker.transactional(producerId, transaction.epoch, maxBytes, batches);
            transaction.pending.forEach((key, value) -> {
                if (isNewest(key, value)) {
                    pending.add(value.timestamp, key, value.bytes);
                }
            });
            pending.finish();
        });
        return batches;
    }
}
