package io.s3stream.core.append;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An append, or several appends of one frame, between a caller and the sequencer. */
public sealed interface Enqueued permits PendingAppend, AppendGroup {

    /** Returns the appends in the order in which they were enqueued. */
    List<PendingAppend> appends();

    /** Returns the number of appends. */
    int count();

    /** Returns the encoded size in bytes. */
    int encodedBytes();

    /**
     * Adds the item to the latency sample.
     *
     * @param stamp time at which the item was enqueued
     */
    void stamp(long stamp);

    /** Returns the next item in the list that contains this item. An item is in one list at a time. */
    @Nullable
    Enqueued next();

    /** Sets the next item. */
    void link(@Nullable Enqueued neighbour);
}
