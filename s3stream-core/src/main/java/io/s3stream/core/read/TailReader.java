package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.read.blocks.ReadLimit;
import org.jspecify.annotations.Nullable;

/** Reads from the write cache on the caller's thread, without a lock, and without a copy where leases allow [R28]. */
public final class TailReader {

    private TailReader() {}

    /**
     * @param metrics counts the fetch
     * @param start an offset before {@code confirmed}
     * @param confirmed where to stop if the limit does not end before it
     * @return null if {@code start} is not in the cache
     */
    public static @Nullable FetchResult read(
            StreamCache cache, ReadMetrics metrics, long start, long confirmed, ReadLimit limit) {
        StreamRun run = cache.find(start);
        if (run == null) {
            return null;
        }
        long end = Math.min(limit.end(), confirmed);
        TailResult result = new TailResult(start);
        try {
            while (run != null && addFrom(run, end, limit, result)) {
                run = cache.find(result.nextOffset());
            }
            if (result.isEmpty() && !result.isFull()) {
                return null;
            }
            metrics.tailFetched(result.payloadBytes());
            return result;
        } catch (Throwable e) { // of memory or stack: only this code can release the leases
            result.close();
            throw e;
        }
    }

    /** Adds batches of one run. Returns whether others may follow. */
    private static boolean addFrom(StreamRun run, long end, ReadLimit limit, TailResult result) {
        int count = run.count();
        for (int i = run.indexOf(result.nextOffset()); i < count; i++) {
            boolean isEnd = !result.isEmpty() && run.baseOffset(i) >= end;
            if (isEnd || !result.add(run.slab(i), run.place(i), limit)) {
                return false; // complete, or evicted since: the next call reads the rest
            }
        }
        return result.nextOffset() < end && !limit.isReachedBy(result.payloadBytes());
    }
}
