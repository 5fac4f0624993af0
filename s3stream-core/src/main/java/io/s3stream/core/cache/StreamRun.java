package io.s3stream.core.cache;

import io.s3stream.core.memory.Slab;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;

/**
 * The batches of one stream in one segment of the write cache, in offset order. Two longs locate each batch, without an
 * object per batch. Each full chunk of batches has its greatest timestamp and the bytes up to its end. Only the append
 * context writes; any thread reads up to the published count.
 */
public final class StreamRun {

    /** Batches per chunk. A chunk gets its greatest timestamp and sum of bytes once it is full. */
    public static final int CHUNK = 64;

    private static final int MIN_CAPACITY = 4;

    /** The object itself, the headers of its arrays, its entry in the segment and its place in the stream's list. */
    private static final int FIXED_BYTES = 256;

    private static final long[] NO_CHUNKS = new long[0];
    private static final VarHandle COUNT;
    private static final VarHandle END_OFFSET;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNT = lookup.findVarHandle(StreamRun.class, "count", int.class);
            END_OFFSET = lookup.findVarHandle(StreamRun.class, "endOffset", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long streamId;
    private final long streamEpoch;
    private final CacheSegment segment;
    private final StreamCache cache;

    // Volatile, because a reader with an old count may see the larger arrays that replaced these.
    private volatile long[] offsets;
    private volatile long[] places;
    private volatile long[] chunks = NO_CHUNKS;
    private long bytes;
    private long maxTimestamp = Long.MIN_VALUE;
    private long chunkTimestamp = Long.MIN_VALUE;
    private volatile long endOffset;
    private volatile int count;

    StreamRun(long streamId, long streamEpoch, CacheSegment segment, StreamCache cache) {
        this.streamId = streamId;
        this.streamEpoch = streamEpoch;
        this.segment = segment;
        this.cache = cache;
        StreamRun before = cache.newest();
        int likely = before == null ? MIN_CAPACITY : Math.max(MIN_CAPACITY, before.count());
        this.offsets = new long[likely];
        this.places = new long[likely];
    }

    public long streamId() {
        return streamId;
    }

    public long streamEpoch() {
        return streamEpoch;
    }

    StreamCache cache() {
        return cache;
    }

    public int count() {
        return count;
    }

    public long startOffset() {
        return offsets[0];
    }

    public long endOffset() {
        return endOffset;
    }

    /** Returns the encoded bytes of all records. Only valid once the run no longer grows. */
    public long bytes() {
        return bytes;
    }

    /** Returns the greatest timestamp of the batches. Only valid once the run no longer grows. */
    public long maxTimestamp() {
        return maxTimestamp;
    }

    /**
     * Skips full chunks that do not reach a timestamp.
     *
     * @param index start of a chunk
     * @param count number of batches to consider
     * @return the first batch that is not skipped
     */
    public int skipBelow(int index, int count, long timestamp) {
        long[] present = chunks;
        int next = index;
        while (next + CHUNK <= count && present[next / CHUNK * 2] < timestamp) {
            next += CHUNK;
        }
        return next;
    }

    /** Returns the greatest timestamp of the full chunk that begins at {@code index}. */
    public long maxTimestampOfChunk(int index) {
        return chunks[index / CHUNK * 2];
    }

    /** Returns the encoded bytes of the batches before {@code index}, which must be the start of a chunk. */
    public long bytesBefore(int index) {
        return index == 0 ? 0 : chunks[index / CHUNK * 2 - 1];
    }

    public long baseOffset(int index) {
        return offsets[index];
    }

    /** Returns the slabs of its segment. A caller that outlives the segment must retain them. */
    public List<Slab> slabs() {
        return segment.slabs();
    }

    /** Returns the slab that contains batch {@code index}. */
    public Slab slab(int index) {
        return segment.slab((int) (places[index] >>> 32));
    }

    /** Returns the position in its slab of the record of batch {@code index}. */
    public int place(int index) {
        return (int) places[index];
    }

    /** Returns the batch that contains {@code offset}, which must be in {@code [startOffset, endOffset)}. */
    public int indexOf(long offset) {
        int published = count;
        int found = Arrays.binarySearch(offsets, 0, published, offset);
        return found >= 0 ? found : -found - 2;
    }

    /** Returns the bytes of its arrays on the heap. */
    long indexBytes() {
        return FIXED_BYTES + 8L * (offsets.length + places.length + chunks.length);
    }

    boolean isIn(CacheSegment other) {
        return segment == other;
    }

    boolean isOf(CacheableRecord record) {
        return streamId == record.streamId() && streamEpoch == record.streamEpoch();
    }

    /** Returns whether the record has the next offset. The record must be of the same stream and epoch. */
    boolean isContinuedBy(CacheableRecord record) {
        return endOffset == record.baseOffset();
    }

    void add(int slabIndex, CacheableRecord record) {
        int at = count;
        if (at == offsets.length) {
            offsets = Arrays.copyOf(offsets, at * 2);
            places = Arrays.copyOf(places, at * 2);
        }
        offsets[at] = record.baseOffset();
        places[at] = ((long) slabIndex << 32) | record.place();
        bytes += record.encodedBytes();
        chunkTimestamp = Math.max(chunkTimestamp, record.maxTimestamp());
        if ((at + 1) % CHUNK == 0) {
            endChunk(at / CHUNK);
        }
        maxTimestamp = Math.max(maxTimestamp, record.maxTimestamp());
        // Releases: a reader that sees the count or the end sees the batch. Two full fences per append would cost more.
        COUNT.setRelease(this, at + 1);
        END_OFFSET.setRelease(this, record.endOffset());
    }

    private void endChunk(int chunk) {
        long[] present = chunks;
        if (chunk * 2 == present.length) {
            present = Arrays.copyOf(present, Math.max(2, present.length * 2));
        }
        present[chunk * 2] = chunkTimestamp;
        present[chunk * 2 + 1] = bytes;
        chunks = present;
        chunkTimestamp = Long.MIN_VALUE;
    }
}
