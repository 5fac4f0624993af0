package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.memory.Slab;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from the write cache, on the caller's thread, without a lock and without a copy where leases allow [R28]. */
public final class TailReader {

    private TailReader() {}

    /**
     * @param start an offset before the confirm offset
     * @param end where to stop
     * @return null when {@code start} is not in the cache (any more)
     */
    public static @Nullable FetchResult read(StreamCache cache, long start, long end, int maxBytes) {
        Collector collector = new Collector(maxBytes);
        long next = start;
        StreamRun run = cache.find(start);
        while (run != null && next < end && collector.addFrom(run, next, end)) {
            next = collector.nextOffset(next);
            run = cache.find(next);
        }
        return collector.batches.isEmpty() ? null : collector.result();
    }

    /** Batches found so far and the slabs held for them. */
    private static final class Collector {

        private final int maxBytes;
        private final List<FetchedBatch> batches = new ArrayList<>(2);
        private final List<Slab> leased = new ArrayList<>(1);
        private long bytes;

        Collector(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        long nextOffset(long otherwise) {
            return batches.isEmpty()
                    ? otherwise
                    : batches.get(batches.size() - 1).endOffset();
        }

        /** Adds batches of one run; false when nothing more is wanted or can be had. */
        boolean addFrom(StreamRun run, long from, long end) {
            int count = run.count();
            for (int i = run.indexOf(from); i < count; i++) {
                if (!batches.isEmpty() && (bytes >= maxBytes || run.baseOffset(i) >= end)) {
                    return false;
                }
                if (!add(run.slab(i), run.place(i))) {
                    return false;
                }
            }
            return bytes < maxBytes;
        }

        private boolean add(Slab slab, int place) {
            FetchedBatch batch;
            if (leased.contains(slab)) {
                batch = BatchViews.of(slab.memory(), place);
            } else if (!slab.retainIfAlive()) {
                return false; // evicted meanwhile: what follows is read on the next call
            } else if (slab.leaseWhileRetained()) {
                leased.add(slab);
                batch = BatchViews.of(slab.memory(), place);
            } else {
                batch = BatchViews.copyOf(slab.memory(), place);
                slab.release();
            }
            bytes += batch.payload().remaining();
            batches.add(batch);
            return true;
        }

        FetchResult result() {
            return new LeasedResult(
                    batches, nextOffset(0), leased.isEmpty() ? () -> {} : () -> leased.forEach(Slab::endLease));
        }
    }
}
