package io.s3stream.kafka.compaction;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;

/**
 * The last offset of each key of a part of a log, in memory of a fixed size. A key is its MD5 hash, as in Kafka. Used
 * by one thread at a time.
 */
final class LatestOffsets {

    private static final double MAX_LOAD = 0.9;

    private final SkimpyOffsetMap map;
    private final int capacity;

    LatestOffsets(int bytes) {
        try {
            map = new SkimpyOffsetMap(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no MD5, which every runtime must have", e);
        }
        capacity = (int) (map.slots() * MAX_LOAD);
    }

    /** The bytes of a map that has room for this number of keys. */
    static int bytesFor(int keys) {
        int entry = 16 + Long.BYTES;
        return Math.toIntExact((long) Math.ceil((keys + 1) / MAX_LOAD + 1) * entry);
    }

    /** Whether there is room for the keys of a batch, even if all are new. */
    boolean hasRoom(int keys) {
        return map.size() + keys <= capacity;
    }

    /** The number of keys. */
    int size() {
        return map.size();
    }

    /** Notes the keys of a batch that {@link #hasRoom}. Batches come in the order of their offsets. */
    void add(RecordBatch batch) {
        try (CloseableIterator<Record> records = batch.streamingIterator(BufferSupplier.NO_CACHING)) {
            while (records.hasNext()) {
                Record record = records.next();
                if (record.hasKey()) {
                    put(record.key(), record.offset());
                }
            }
        }
    }

    private void put(ByteBuffer key, long offset) {
        try {
            map.put(key, offset);
        } catch (DigestException e) {
            throw new IllegalStateException("a key cannot be hashed", e);
        }
    }

    /** Whether no later record has the same key. False for a record without a key: no reader could look it up. */
    boolean isLatest(Record record) {
        if (!record.hasKey()) {
            return false;
        }
        try {
            return record.offset() >= map.get(record.key());
        } catch (DigestException e) {
            throw new IllegalStateException("a key cannot be hashed", e);
        }
    }
}
