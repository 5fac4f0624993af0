package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.read.blocks.BatchViews;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Batches in slabs of the write cache. The reading thread fills it; it is immutable after that. A typical tailing fetch
 * finds one batch in one slab, and allocates nothing for more.
 */
final class TailResult implements FetchResult {

    private static final AtomicIntegerFieldUpdater<TailResult> CLOSED =
            AtomicIntegerFieldUpdater.newUpdater(TailResult.class, "closed");

    private List<FetchedBatch> batches = List.of();
    private @Nullable Slab leased;
    private @Nullable List<Slab> leasedMore;

    @SuppressWarnings("UnusedVariable") // accessed through CLOSED
    private volatile int closed;

    /**
     * Adds the record at {@code place} of {@code slab}.
     *
     * @return false if the slab is gone
     */
    boolean add(Slab slab, int place) {
        if (isLeased(slab)) {
            add(BatchViews.of(slab.readOnly(), place));
            return true;
        }
        switch (slab.lease()) {
            case PINNED -> {
                hold(slab);
                add(BatchViews.of(slab.readOnly(), place));
            }
            case COPY -> {
                add(BatchViews.copyOf(slab.readOnly(), place));
                slab.release();
            }
            case GONE -> {
                return false;
            }
        }
        return true;
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    long payloadBytes() {
        long bytes = 0;
        for (int i = 0; i < batches.size(); i++) {
            bytes += batches.get(i).payload().remaining();
        }
        return bytes;
    }

    FetchedBatch last() {
        return batches.get(batches.size() - 1);
    }

    @Override
    public List<FetchedBatch> batches() {
        return batches.size() > 1 ? Collections.unmodifiableList(batches) : batches;
    }

    @Override
    public long nextOffset() {
        return last().endOffset();
    }

    @Override
    public void close() {
        if (leased != null && CLOSED.compareAndSet(this, 0, 1)) {
            leased.endLease();
            if (leasedMore != null) {
                leasedMore.forEach(Slab::endLease);
            }
        }
    }

    private void add(FetchedBatch batch) {
        switch (batches.size()) {
            case 0 -> batches = List.of(batch);
            case 1 -> {
                List<FetchedBatch> several = new ArrayList<>();
                several.add(batches.get(0));
                several.add(batch);
                batches = several;
            }
            default -> batches.add(batch);
        }
    }

    private boolean isLeased(Slab slab) {
        return leased == slab || (leasedMore != null && leasedMore.contains(slab));
    }

    private void hold(Slab slab) {
        if (leased == null) {
            leased = slab;
        } else {
            if (leasedMore == null) {
                leasedMore = new ArrayList<>(2);
            }
            leasedMore.add(slab);
        }
    }
}
