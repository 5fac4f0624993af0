package io.s3stream.core.append;

import io.s3stream.core.append.claims.Claimant;
import io.s3stream.core.append.claims.OpenSlab;
import io.s3stream.layout.RecordEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An append, or several appends of one frame, between a caller and the sequencer. It has either a place in a slab or a turn
 * in the queue.
 */
public sealed interface Enqueued extends Claimant<Enqueued> permits PendingAppend, AppendGroup {

    /** Returns the appends in the order in which they were enqueued. */
    List<PendingAppend> appends();

    /** Adds the appends to a frame. */
    void addTo(List<PendingAppend> frame);

    /** Returns the number of appends. */
    int count();

    /**
     * Adds the item to the latency sample.
     *
     * @param stamp time at which the item was enqueued
     */
    void stamp(long stamp);

    /** Returns the slab in which the item claimed a place; null if it has none. */
    @Nullable
    OpenSlab<Enqueued> claimed();

    /** Returns the number of the claim. */
    int claimIndex();

    /** Forgets that slab, because a caller may keep the result of its append for long. */
    void forgetClaim();

    /** Encodes the records at their place. */
    void copy(RecordEncoder encoder);

    /** Returns whether a payload is outside the heap, where a read may fail later. */
    boolean isForeignMemory();

    /** Records that the item has a place and no offset. */
    void withdraw();

    /** Returns whether the item has no offset. Its place stays empty. */
    boolean isWithdrawn();

    /** Records that the copy failed after the item took its offsets. */
    void failCopy(Throwable why);

    /** Returns why the records were not copied, or null. */
    @Nullable
    Throwable copyFailure();

    /** Copies the payloads to the heap, because the callers' buffers are free once the append returns. */
    void keepPayload();

    /**
     * Returns the turn of an item in the queue.
     *
     * @see io.s3stream.core.append.claims.SlabClaims#claim
     */
    long turn();

    /** Sets the turn. */
    void waitFor(long closings);

    /** Returns the next item in the list that contains this item. An item is in one list at a time. */
    @Nullable
    Enqueued next();

    /** Sets the next item. */
    void link(@Nullable Enqueued neighbour);
}
