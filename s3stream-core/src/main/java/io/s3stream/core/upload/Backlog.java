package io.s3stream.core.upload;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.metrics.UploadMetrics;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tracks the size and the age of the acknowledged records that are not uploaded, and updates the metrics. Owned by the
 * append context.
 */
final class Backlog {

    /** A frozen, uncommitted segment with records. */
    private record Part(CacheSegment segment, long since) {}

    private final WriteCache cache;
    private final UploadMetrics metrics;
    private final Deque<Part> frozen = new ArrayDeque<>();
    private long frozenBytes;
    private boolean hasOpen; // whether the open segment has records
    private long openSince;

    Backlog(WriteCache cache, UploadMetrics metrics) {
        this.cache = cache;
        this.metrics = metrics;
    }

    /** Records that frames were added to the open segment. */
    void onDurable() {
        if (!hasOpen && cache.openBytes() > 0) {
            hasOpen = true;
            openSince = metrics.now();
        }
        tell();
    }

    /** Records that the open segment was frozen and replaced by a new one. */
    void onFrozen(CacheSegment segment) {
        if (hasOpen) {
            frozen.add(new Part(segment, openSince));
            frozenBytes += segment.bytes();
            hasOpen = false;
        }
    }

    @SuppressWarnings("ReferenceEquality") // identity is meant
    void onCommitted(CacheSegment segment) {
        if (frozen.removeIf(part -> part.segment() == segment)) {
            frozenBytes -= segment.bytes();
        }
        tell();
    }

    private void tell() {
        Part oldest = frozen.peek();
        metrics.backlog(frozenBytes + cache.openBytes(), oldest == null ? openSince : oldest.since());
    }
}
