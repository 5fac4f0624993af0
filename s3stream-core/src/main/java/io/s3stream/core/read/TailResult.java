package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.read.blocks.BatchViews;
import io.s3stream.core.read.blocks.ReadLimit.Excess;
import io.s3stream.layout.RecordFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Batches in slabs of the write cache. The reading thread fills it; it is immutable after that. A typical tailing fetch
 * finds one batch in one slab, and allocates nothing for more.
 */
final class TailResult implements FetchResult {

    private static final AtomicIntegerFieldUpdater<TailResult> CLOSED =
            AtomicIntegerFieldUpdater.newUpdater(TailResult.class, "closed");

    private final long start;
    private List<FetchedBatch> batches = List.of();
    private boolean isFull;
    private @Nullable Slab leased;
    private @Nullable List<Slab> leasedMore;

    @SuppressWarnings("UnusedVariable") // accessed through CLOSED
    private volatile int closed;

    TailResult(long start) {
        this.start = start;
    }

    /**
     * Adds the record at {@code place} of {@code slab} to this result of {@code bytes}.
     *
     * @return false if the limit does not admit it, or the slab is gone
     */
    boolean add(Slab slab, int place, long bytes, int maxBytes, Excess excess) {
        if (!isEmpty() && bytes >= maxBytes) {
            isFull = true;
            return false;
        }
        if (isLeased(slab)) {
            if (!isAdmitted(slab, place, bytes, maxBytes, excess)) {
                return false;
            }
            add(BatchViews.of(slab.readOnly(), place));
            return true;
        }
        return switch (slab.lease()) {
            case PINNED -> {
                hold(slab); // first: a close of the result must end this lease after any failure
                boolean isAdmitted = isAdmitted(slab, place, bytes, maxBytes, excess);
                if (isAdmitted) {
                    add(BatchViews.of(slab.readOnly(), place));
                } else {
                    endLastLease();
                }
                yield isAdmitted;
            }
            case COPY -> {
                boolean isAdmitted = isAdmitted(slab, place, bytes, maxBytes, excess);
                if (isAdmitted) {
                    add(BatchViews.copyOf(slab.readOnly(), place));
                }
                slab.release();
                yield isAdmitted;
            }
            case GONE -> false;
        };
    }

    /** The caller has a reference on the slab, because the size of the record is in its memory. */
    private boolean isAdmitted(Slab slab, int place, long bytes, int maxBytes, Excess excess) {
        isFull = !excess.admits(maxBytes, isEmpty(), bytes, RecordFormat.payloadBytes(slab.readOnly(), place));
        return !isFull;
    }

    /** Returns whether the limit refused a batch. */
    boolean isFull() {
        return isFull;
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    int size() {
        return batches.size();
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
        return isEmpty() ? start : last().endOffset();
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

    private void endLastLease() {
        if (leasedMore == null || leasedMore.isEmpty()) {
            Objects.requireNonNull(leased).endLease();
            leased = null;
        } else {
            leasedMore.remove(leasedMore.size() - 1).endLease();
        }
    }
}
