package io.s3stream.core.cache;

import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Encodes records into slabs, as frames do. Each stream continues at its last offset. */
public final class TestRecords implements AutoCloseable {

    public static final int PAYLOAD = 100;
    public static final int ENCODED = PAYLOAD + RecordFormat.HEADER_BYTES;

    private final SlabPool pool;
    private final Map<Long, StreamCache> caches = new HashMap<>();
    private final Map<Long, Long> offsets = new HashMap<>();
    private Slab slab;
    private int place;

    public TestRecords(SlabPool pool) {
        this.pool = pool;
    }

    /** A record of one offset in a slab. */
    public record TestRecord(
            long streamId,
            long streamEpoch,
            StreamCache cache,
            Slab slab,
            int place,
            long baseOffset,
            long maxTimestamp,
            int encodedBytes)
            implements CacheableRecord {

        @Override
        public long endOffset() {
            return baseOffset + 1;
        }
    }

    public StreamCache cache(long streamId) {
        return caches.computeIfAbsent(streamId, id -> new StreamCache());
    }

    /** Returns the next record of epoch 1 of the stream. Its timestamp is ten times its offset. */
    public CacheableRecord next(long streamId) {
        return at(streamId, 1, offsets.getOrDefault(streamId, 0L));
    }

    /** Returns a record at an offset. The stream continues behind it. */
    public CacheableRecord at(long streamId, long epoch, long offset) {
        return at(streamId, epoch, offset, ByteBuffer.allocate(PAYLOAD));
    }

    /** Returns the next record of epoch 1 of the stream, with this payload. */
    public CacheableRecord next(long streamId, ByteBuffer payload) {
        return at(streamId, 1, offsets.getOrDefault(streamId, 0L), payload);
    }

    private CacheableRecord at(long streamId, long epoch, long offset, ByteBuffer payload) {
        int encoded = RecordFormat.encodedBytes(payload.remaining());
        if (slab == null || place + encoded > slab.capacity()) {
            close();
            slab = pool.allocate(encoded);
            place = 0;
        }
        offsets.put(streamId, offset + 1);
        RecordFormat.encode(slab.memory(), place, streamId, epoch, offset, 1, offset * 10, payload);
        TestRecord record = new TestRecord(streamId, epoch, cache(streamId), slab, place, offset, offset * 10, encoded);
        place += encoded;
        return record;
    }

    /** Releases the reference of the frame on the current slab. */
    @Override
    public void close() {
        if (slab != null) {
            slab.release();
            slab = null;
        }
    }
}
