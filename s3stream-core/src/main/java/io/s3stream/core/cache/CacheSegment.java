package io.s3stream.core.cache;

import io.s3stream.core.memory.Slab;
import io.s3stream.core.metadata.CommittedPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * A run of durable frames in the write cache: the unit of upload and of eviction. Filled by the append context while it
 * is the newest, unchanged after that. Holds one reference on each of its slabs until it is evicted.
 */
public final class CacheSegment {

    private final long coversFrom;
    private final List<Slab> slabs = new ArrayList<>();
    private volatile Slab[] published = new Slab[0];
    private final TreeMap<RunKey, StreamRun> runs = new TreeMap<>();
    private CommittedPosition coversTo;
    private long bytes;
    private boolean committed;

    private record RunKey(long streamId, long streamEpoch) implements Comparable<RunKey> {
        @Override
        public int compareTo(RunKey other) {
            int byStream = Long.compare(streamId, other.streamId);
            return byStream != 0 ? byStream : Long.compare(streamEpoch, other.streamEpoch);
        }
    }

    /** @param coversFrom the committed position before this segment */
    public CacheSegment(CommittedPosition coversFrom) {
        this.coversFrom = coversFrom.sequence();
        this.coversTo = coversFrom;
    }

    /** The sequence before its first frame. */
    public long coversFrom() {
        return coversFrom;
    }

    /** The last frame it covers, and where the WAL stands after it. */
    public CommittedPosition coversTo() {
        return coversTo;
    }

    /** Runs by stream id, then epoch. */
    public Collection<StreamRun> runs() {
        return runs.values();
    }

    /** Encoded record bytes. */
    public long bytes() {
        return bytes;
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

    /** Adds a durable record to the run of its stream and epoch, which may be a new one. */
    public StreamRun add(CacheableRecord record) {
        RunKey key = new RunKey(record.streamId(), record.streamEpoch());
        StreamRun run = runs.get(key);
        if (run == null) {
            run = new StreamRun(record.streamId(), record.streamEpoch(), this, record.cache());
            runs.put(key, run);
        }
        add(run, record);
        return run;
    }

    /** Adds a durable record to a run of this segment. */
    void add(StreamRun run, CacheableRecord record) {
        run.add(slabIndex(record.slab()), record);
        bytes += record.encodedBytes();
    }

    /** The frames up to this position are part of the segment. */
    public void cover(CommittedPosition position) {
        coversTo = position;
    }

    Slab slab(int index) {
        return published[index];
    }

    /** Distinct slabs, for whoever needs them beyond the life of the segment. */
    public List<Slab> slabs() {
        return List.of(published);
    }

    /** Lets go of the slabs; readers that hold leases keep theirs. */
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
