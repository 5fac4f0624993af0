package io.s3stream.core.cache;

import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.MemoryMetrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The segments of the write cache, oldest first: committed ones that are kept while there is room, frozen ones on their
 * way to object storage, and the newest, which is being filled. Used by the append context only; readers go through
 * {@link StreamCache}.
 */
public final class WriteCache {

    private final MemoryBudget budget;
    private final MemoryMetrics metrics;
    private final Deque<CacheSegment> segments = new ArrayDeque<>();
    private CacheSegment open;

    /** @param position where the WAL begins */
    public WriteCache(MemoryBudget budget, MemoryMetrics metrics, CommittedPosition position) {
        this.budget = budget;
        this.metrics = metrics;
        this.open = new CacheSegment(position);
        segments.add(open);
    }

    /** Adds a record that is durable, and shows it to readers. */
    public void add(CacheableRecord record) {
        long before = open.indexBytes();
        StreamRun newest = record.cache().newest();
        if (newest != null && newest.isIn(open) && newest.isContinuedBy(record)) {
            open.add(newest, record);
        } else {
            record.cache().add(open.add(record));
        }
        long grown = open.indexBytes() - before;
        if (grown > 0) {
            budget.charge(grown); // on the heap, and a multiple of the records if they are small [R46]
        }
    }

    /** All frames up to {@code position} have been added. */
    public void cover(CommittedPosition position) {
        open.cover(position);
    }

    /** The sequence before the segment being filled. */
    public long openFrom() {
        return open.coversFrom();
    }

    /** Record bytes in the segment being filled. */
    public long openBytes() {
        return open.bytes();
    }

    /** Whether there is not a record in it, committed or not. */
    public boolean isEmpty() {
        return segments.size() == 1 && open.isEmpty();
    }

    /** Whether frames were added since the newest segment began, be they empty. */
    public boolean hasUncovered() {
        return open.coversTo().sequence() > open.coversFrom();
    }

    /** Ends the newest segment and begins another. */
    public CacheSegment freeze() {
        CacheSegment frozen = open;
        open = new CacheSegment(frozen.coversTo());
        segments.add(open);
        return frozen;
    }

    /** Record bytes that are not yet committed. */
    public long uncommittedBytes() {
        return segments.stream()
                .filter(segment -> !segment.isCommitted())
                .mapToLong(CacheSegment::bytes)
                .sum();
    }

    /** The runs of a stream epoch that are not yet committed, oldest first. */
    public List<StreamRun> uncommittedRuns(long streamId, long streamEpoch) {
        List<StreamRun> found = new ArrayList<>();
        for (CacheSegment segment : segments) {
            if (!segment.isCommitted()) {
                found.addAll(segment.runs(streamId, streamEpoch));
            }
        }
        return found;
    }

    /** Evicts committed segments, oldest first, while more than {@code target} bytes of the budget are in use. */
    public void evict(long target) {
        while (budget.used() > target) {
            CacheSegment oldest = segments.peek();
            if (oldest == null || !oldest.isCommitted()) {
                return;
            }
            metrics.evicted(oldest.bytes());
            evictOldest(segments.remove());
        }
    }

    /** Lets go of everything, committed or not: the store is stopping. */
    public void clear() {
        while (!segments.isEmpty()) {
            evictOldest(segments.remove());
        }
    }

    private void evictOldest(CacheSegment segment) {
        for (StreamRun run : segment.runs()) {
            run.cache().removeOldest(run);
        }
        budget.release(segment.indexBytes());
        segment.evict();
    }
}
