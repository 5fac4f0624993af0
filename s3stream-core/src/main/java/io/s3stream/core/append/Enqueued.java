package io.s3stream.core.append;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One append, or several that belong into one frame, on the way from a caller to the sequencer. */
public sealed interface Enqueued permits PendingAppend, AppendGroup {

    /** The appends, in the order in which they were enqueued. */
    List<PendingAppend> appends();

    /** Number of the appends. */
    int count();

    /** Encoded size. */
    int encodedBytes();

    /**
     * Adds the item to the sample whose latency is measured.
     *
     * @param stamp the time at which it was enqueued
     */
    void stamp(long stamp);

    /** The neighbour in the list that holds the item: one list at a time. */
    @Nullable
    Enqueued next();

    /** Sets the neighbour. */
    void link(@Nullable Enqueued neighbour);
}
