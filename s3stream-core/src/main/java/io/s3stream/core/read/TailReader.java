package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.read.blocks.ReadLimit.Excess;
import org.jspecify.annotations.Nullable;

/** Reads from the write cache on the caller's thread, without a lock, and without a copy where leases allow [R28]. */
public final class TailReader {

    private TailReader() {}

    /**
     * @param metrics counts the fetch
     * @param start in the stream
     * @param stop where to stop, greater than {@code start} and at most the confirm offset
     * @param maxBytes of payload, which {@code excess} may exceed
     * @return null if {@code start} is not in the cache
     */
    public static @Nullable FetchResult read(
            StreamCache cache, ReadMetrics metrics, long start, long stop, int maxBytes, Excess excess) {
        StreamRun run = cache.find(start);
        if (run == null) {
            return null;
        }
        TailResult result = new TailResult(start);
        try {
            long bytes = 0;
            int taken = -1;
            while (run != null
                    && taken != result.size()) { // a pass without a batch: its slab is gone, or it is too large
                taken = result.size();
                bytes = addFrom(run, stop, bytes, maxBytes, excess, result);
                run = result.isFull() || result.nextOffset() >= stop ? null : cache.find(result.nextOffset());
            }
            if (result.isEmpty() && !result.isFull()) {
                return null;
            }
            metrics.tailFetched(bytes);
            return result;
        } catch (Throwable e) { // of memory or stack: only this code can release the leases
            result.close();
            throw e;
        }
    }

    /** Adds batches of one run to a result of {@code bytes}. Returns the bytes after it. */
    private static long addFrom(StreamRun run, long stop, long bytes, int maxBytes, Excess excess, TailResult result) {
        long sum = bytes;
        int count = run.count();
        for (int i = run.indexOf(result.nextOffset()); i < count; i++) {
            boolean isEnd = !result.isEmpty() && run.baseOffset(i) >= stop;
            if (isEnd || !result.add(run.slab(i), run.place(i), sum, maxBytes, excess)) {
                return sum;
            }
            sum += result.last().payload().remaining();
        }
        return sum;
    }
}
