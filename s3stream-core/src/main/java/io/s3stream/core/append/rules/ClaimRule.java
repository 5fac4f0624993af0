package io.s3stream.core.append.rules;

/**
 * Decides when a claimed record counts, and when its slab is free. Not final, so that a test can break a decision, and can fail
 * or pause a caller at the three points of an append.
 */
public class ClaimRule {

    /** Called on the caller's thread under the lock of the stream, before the append gets a place or a turn. */
    public void onClaim() {}

    /** Called on the caller's thread under the lock of the stream, when the append has a place or a turn, and no offset. */
    public void onPlaced() {}

    /** Called on the caller's thread without a lock, before the record is copied to its place. */
    public void onCopy() {}

    /** Returns whether appends get places in slabs. If not, all of them use the queue. */
    public boolean takesClaims() {
        return true;
    }

    /** Returns whether a record is published before its bytes are copied. A frame could then be sealed without them. */
    public boolean publishesFirst() {
        return false;
    }

    /** Returns whether a frame may end although a claim inside it is not published. */
    public boolean endsIncompleteFrames() {
        return false;
    }

    /** Returns whether a slab is released although a caller still copies into it. */
    public boolean releasesEarly() {
        return false;
    }
}
