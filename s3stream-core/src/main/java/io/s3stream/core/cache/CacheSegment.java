package io.s3stream.core.cache;

import io.s3stream.core.memory.Slab;
import io.s3stream.core.metadata.CommittedPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run of durable frames in the write cache: the unit of upload and of eviction. The append context fills the newest
 * segment; older ones do not change. A segment holds one reference on each of its slabs until it is evicted.
 */
public final class CacheSegment {

    private final long coversFrom;
    private final List<Slab> slabs = new ArrayList<>();
    private volatile Slab[] published = new Slab[0];
    private final TreeMap<RunKey, StreamRun> runs = new TreeMap<>();
    private CommittedPosition coversTo;
    private long bytes;
    private long indexBytes;
    private boolean committed;

    /** @param part number of the run within the epoch. More than one run exists if offsets are missing between them */
    private record RunKey(long streamId, long streamEpoch, int part) implements Comparable<RunKey> {
        @Override
        public int compareTo(RunKey other) {
            int byStream = Long.compare(streamId, other.streamId);
            int byEpoch = byStream != 0 ? byStream : Long.compare(streamEpoch, other.streamEpoch);
            return byEpoch != 0 ? byEpoch : Integer.compare(part, other.part);
        }
    }

    /** @param coversFrom the committed position before this segment */
    public CacheSegment(CommittedPosition coversFrom) {
        this.coversFrom = coversFrom.sequence();
        this.coversTo = coversFrom;
    }

    /** Returns the sequence before the first frame of the segment. */
    public long coversFrom() {
        return coversFrom;
    }

    /** Returns the position after the last frame that the segment covers. */
    public CommittedPosition coversTo() {
        return coversTo;
    }

    /** Returns the runs in the order of stream id, epoch and offset. */
    public Collection<StreamRun> runs() {
        return runs.values();
    }

    /** Returns the runs of one stream epoch, by offset, without iterating over other streams. */
    public Collection<StreamRun> runs(long streamId, long streamEpoch) {
        return runs.subMap(
                        new RunKey(streamId, streamEpoch, 0),
                        true,
                        new RunKey(streamId, streamEpoch, Integer.MAX_VALUE),
                        true)
                .values();
    }

    /** Returns the bytes of encoded records. */
    public long bytes() {
        return bytes;
    }

    /** Returns the bytes of the record index on the heap. */
    public long indexBytes() {
        return indexBytes;
    }

    public boolean isEmpty() {
        return bytes == 0;
    }

    public boolean isCommitted() {
        return committed;
    }

    public void markCommitted() {
        committed = true;
    }

    /** Adds a durable record to the run that it continues, or to a new run. A run never hides a hole [R37]. */
    public StreamRun add(CacheableRecord record) {
        RunKey last = new RunKey(record.streamId(), record.streamEpoch(), Integer.MAX_VALUE);
        Map.Entry<RunKey, StreamRun> before = runs.floorEntry(last);
        int part = 0;
        if (before != null && before.getValue().isOf(record)) {
            if (before.getValue().isContinuedBy(record)) {
                add(before.getValue(), record);
                return before.getValue();
            }
            part = before.getKey().part() + 1;
        }
        StreamRun run = new StreamRun(record.streamId(), record.streamEpoch(), this, record.cache());
        runs.put(new RunKey(record.streamId(), record.streamEpoch(), part), run);
        add(run, record);
        return run;
    }

    /** Adds a durable record to a run of this segment. */
    void add(StreamRun run, CacheableRecord record) {
        long before = run.indexBytes();
        run.add(slabIndex(record.slab()), record);
        indexBytes += run.indexBytes() - before;
        bytes += record.encodedBytes();
    }

    /** Extends the segment to all frames up to this position. */
    public void cover(CommittedPosition position) {
        coversTo = position;
    }

    Slab slab(int index) {
        return published[index];
    }

    /** Returns the distinct slabs. A caller that outlives the segment must retain them. */
    public List<Slab> slabs() {
        return List.of(published);
    }

    /** Releases the slabs. Slabs with leases of readers stay allocated. */
    public void evict() {
        slabs.forEach(Slab::release);
        slabs.clear();
    }

    private int slabIndex(Slab slab) {
        int last = slabs.size() - 1;
        if (last >= 0 && slabs.get(last) == slab) {
            return last;
        }
        slab.retain();
        slabs.add(slab);
        published = slabs.toArray(Slab[]::new);
        return last + 1;
    }
}
