package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Batches over memory that somebody else owns; closing it runs what gives the memory back, once. */
final class LeasedResult implements FetchResult {

    private final List<FetchedBatch> batches;
    private final long nextOffset;
    private final Runnable giveBack;
    private final AtomicBoolean closed = new AtomicBoolean();

    LeasedResult(List<FetchedBatch> batches, long nextOffset, Runnable giveBack) {
        this.batches = Collections.unmodifiableList(batches);
        this.nextOffset = nextOffset;
        this.giveBack = giveBack;
    }

    @Override
    public List<FetchedBatch> batches() {
        return batches;
    }

    @Override
    public long nextOffset() {
        return nextOffset;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            giveBack.run();
        }
    }
}
