package io.s3stream.api;

import java.util.List;

/**
 * A lease on batches, without a copy where possible: close it after the last use of a payload. A second close is
 * harmless; a use of a payload after the close is not. Another thread may use and close it.
 */
public interface FetchResult extends AutoCloseable {

    /**
     * Whole contiguous batches. The first batch contains the requested offset; the list is empty at the end of the
     * stream. Do not use it after {@link #close}. Each access may return a new view of a batch, with a position of its
     * own.
     */
    List<FetchedBatch> batches();

    /** The start of the next fetch: the end of the last batch, or the requested offset if there is no batch. */
    long nextOffset();

    @Override
    void close();
}
