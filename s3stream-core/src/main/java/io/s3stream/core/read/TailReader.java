package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.metrics.ReadMetrics;
import org.jspecify.annotations.Nullable;

/** Reads from the write cache on the caller's thread, without a lock, and without a copy where leases allow [R28]. */
public final class TailReader {

    private TailReader() {}

    /**
     * @param metrics counts the fetch
     * @param start an offset before the confirm offset
     * @param end where to stop
     * @return null if {@code start} is not in the cache
     */
    public static @Nullable FetchResult read(
            StreamCache cache, ReadMetrics metrics, long start, long end, int maxBytes) {
        StreamRun run = cache.find(start);
        if (run == null) {
            return null;
        }
        TailResult result = new TailResult();
        try {
            long bytesLeft = maxBytes;
            long next = start;
            while (run != null && next < end && bytesLeft > 0) {
                bytesLeft = addFrom(run, next, end, bytesLeft, result);
                if (result.isEmpty()) {
                    return null;
                }
                next = result.nextOffset();
                run = bytesLeft > 0 ? cache.find(next) : null;
            }
            metrics.tailFetched(result.payloadBytes());
            return result;
        } catch (Throwable e) { // of memory or stack: only this code can release the leases
            result.close();
            throw e;
        }
    }

    /** Adds batches of one run. Returns the bytes still wanted; 0 also if none can follow. */
    private static long addFrom(StreamRun run, long from, long end, long wanted, TailResult result) {
        long left = wanted;
        int count = run.count();
        for (int i = run.indexOf(from); i < count && left > 0; i++) {
            if (!result.isEmpty() && run.baseOffset(i) >= end) {
                return 0;
            }
            Slab slab = run.slab(i);
            if (!result.add(slab, run.place(i))) {
                return 0; // evicted since: the next call reads the rest
            }
            left -= result.last().payload().remaining();
        }
        return left;
    }
}
