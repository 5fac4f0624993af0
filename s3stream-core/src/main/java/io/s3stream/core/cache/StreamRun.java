package io.s3stream.core.cache;

import io.s3stream.core.memory.Slab;
import java.util.Arrays;
import java.util.List;

/**
 * The batches of one stream in one segment of the write cache, in offset order: where each is, as two longs and no
 * object, and for each full chunk of batches its greatest timestamp and the bytes up to its end. Written by the append
 * context only; read by any thread up to the published count.
 */
public final class StreamRun {

    /** Batches for which there is one greatest timestamp and one sum of bytes, once they are all there. */
    public static final int CHUNK = 64;

    private static final int SMALLEST = 4;

    /** The object itself, the headers of its arrays, its entry in the segment and its place in the stream's list. */
    private static final int FIXED_BYTES = 256;

    private static final long[] NO_CHUNKS = new long[0];

    private final long streamId;
    private final long streamEpoch;
    private final CacheSegment segment;
    private final StreamCache cache;

    // Volatile, because a reader of an old count may meet the larger arrays that replaced these.
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
        int likely = before == null ? SMALLEST : Math.max(SMALLEST, before.count());
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

    /** Encoded bytes of all its records. For whoever knows that the run does not grow any more. */
    public long bytes() {
        return bytes;
    }

    /** The greatest of its batches. For whoever knows that the run does not grow any more. */
    public long maxTimestamp() {
        return maxTimestamp;
    }

    /**
     * From {@code index}, which begins a chunk, past all full chunks below {@code count} that do not reach a timestamp.
     *
     * @return where to look on
     */
    public int skipBelow(int index, int count, long timestamp) {
        long[] present = chunks;
        int next = index;
        while (next + CHUNK <= count && present[next / CHUNK * 2] < timestamp) {
            next += CHUNK;
        }
        return next;
    }

    /** Encoded bytes of the batches before {@code index}, which begins a chunk. */
    public long bytesBefore(int index) {
        return index == 0 ? 0 : chunks[index / CHUNK * 2 - 1];
    }

    public long baseOffset(int index) {
        return offsets[index];
    }

    /** Slabs that hold its segment, for whoever reads it beyond the life of the segment. */
    public List<Slab> slabs() {
        return segment.slabs();
    }

    /** Which slab of the segment batch {@code index} is in. */
    public Slab slab(int index) {
        return segment.slab((int) (places[index] >>> 32));
    }

    /** Where in its slab the record of batch {@code index} begins. */
    public int place(int index) {
        return (int) places[index];
    }

    /** The batch that contains {@code offset}, which must be in {@code [startOffset, endOffset)}. */
    public int indexOf(long offset) {
        int published = count;
        int found = Arrays.binarySearch(offsets, 0, published, offset);
        return found >= 0 ? found : -found - 2;
    }

    /** Bytes of its arrays, on the heap. */
    long indexBytes() {
        return FIXED_BYTES + 8L * (offsets.length + places.length + chunks.length);
    }

    boolean isIn(CacheSegment other) {
        return segment == other;
    }

    boolean isOf(CacheableRecord record) {
        return streamId == record.streamId() && streamEpoch == record.streamEpoch();
    }

    /** Whether a record of this stream and epoch has the next offset. */
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
        count = at + 1;
        endOffset = record.endOffset();
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
