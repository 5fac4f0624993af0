package io.s3stream.core.wal;

import io.s3stream.api.errors.InvalidRequestException;

/**
 * The WAL epochs of one opening of a node: its node epoch, shifted, and a count. None is used twice, also not after a switch that
 * failed. Owner of the count; used on one serial context.
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

    /** The epoch of the generation that an opening begins with. */
    public static long first(long nodeEpoch) {
        return nodeEpoch << COUNT_BITS;
    }

    /** @throws InvalidRequestException when the next one would be an epoch of the node's next opening */
    public long next() {
        if (used == COUNT) {
            throw new InvalidRequestException("node epoch " + nodeEpoch + " has begun " + COUNT
                    + " WAL generations, and there are no more WAL epochs; close the store and open it again");
        }
        return first(nodeEpoch) + used++;
    }
}
