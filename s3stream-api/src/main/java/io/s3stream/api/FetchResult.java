package io.s3stream.api;

import java.util.List;

/**
 * A lease on batches, without a copy where possible: close it when the payloads have been used. Closing twice is
 * harmless; using a payload after close is not. Safe to hand to another thread.
 */
public interface FetchResult extends AutoCloseable {

    /**
     * Whole batches, contiguous, the first one containing the offset asked for; empty at the end of the stream. Not to be
     * looked at after {@link #close}. A batch may be a new view each time it is asked for, with a position of its own.
     */
    List<FetchedBatch> batches();

    /** Where to go on reading: the end of the last batch, or the offset asked for when there are none. */
    long nextOffset();

    @Override
    void close();
}
