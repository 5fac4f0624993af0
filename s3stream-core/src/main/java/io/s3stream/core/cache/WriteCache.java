package io.s3stream.core.cache;

import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.MemoryMetrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The segments of the write cache, oldest first. Committed segments stay while there is room. Frozen segments are being
 * uploaded. The newest segment is being filled. Only the append context uses this class; readers use
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

    /** Adds a durable record and publishes it to readers. */
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
            budget.charge(grown); // on the heap; a multiple of the record's size for small records [R46]
        }
    }

    /** Records that all frames up to {@code position} have been added. */
    public void cover(CommittedPosition position) {
        open.cover(position);
    }

    /** Returns the sequence before the segment being filled. */
    public long openFrom() {
        return open.coversFrom();
    }

    /** Returns the record bytes in the segment being filled. */
    public long openBytes() {
        return open.bytes();
    }

    /** Returns whether the cache contains no record, committed or not. */
    public boolean isEmpty() {
        return segments.size() == 1 && open.isEmpty();
    }

    /** Returns whether frames, even empty ones, were added since the newest segment began. */
    public boolean hasUncovered() {
        return open.coversTo().sequence() > open.coversFrom();
    }

    /** Freezes the newest segment and begins another. */
    public CacheSegment freeze() {
        CacheSegment frozen = open;
        open = new CacheSegment(frozen.coversTo());
        segments.add(open);
        return frozen;
    }

    /** Returns the record bytes that are not committed yet. */
    public long uncommittedBytes() {
        return segments.stream()
                .filter(segment -> !segment.isCommitted())
                .mapToLong(CacheSegment::bytes)
                .sum();
    }

    /** Returns the uncommitted runs of a stream epoch, oldest first. */
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

    /** Releases all segments, committed or not, because the store is stopping. */
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
