package io.s3stream.core.wal;

import io.s3stream.api.errors.InvalidRequestException;

/**
 * The WAL epochs of one opening of a node: its node epoch, shifted, plus a count. None is used twice, even after a
 * failed switch. Owns the count; used on one serial context.
 */
public final class WalEpochs {

    private static final int COUNT_BITS = 16;
    private static final int COUNT = 1 << COUNT_BITS;

    private final long nodeEpoch;
    private int used = 1;

    /** Begins behind {@link #first}. */
    public WalEpochs(long nodeEpoch) {
        this.nodeEpoch = nodeEpoch;
    }

    /** Returns the epoch of the generation with which an opening begins. */
    public static long first(long nodeEpoch) {
        return nodeEpoch << COUNT_BITS;
    }

    /** @throws InvalidRequestException if the next one would be an epoch of the node's next opening */
    public long next() {
        if (used == COUNT) {
            throw new InvalidRequestException("node epoch " + nodeEpoch + " has begun " + COUNT
                    + " WAL generations, the maximum for one opening; close the store and open it again");
        }
        return first(nodeEpoch) + used++;
    }
}
