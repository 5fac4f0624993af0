package io.s3stream.testkit.wal.scenario;

/**
 * The rules of the order in which a node is opened. Overridden only to show that a scenario notices: see {@link
 * BrokenOpeningOrders}.
 */
public class WalOpeningOrder {

    /** The order that the engine keeps. */
    public static final WalOpeningOrder RIGHT = new WalOpeningOrder();

    protected WalOpeningOrder() {}

    /**
     * R5: every generation without sealed end is fenced.
     *
     * @param index of the generation among those without sealed end
     * @param count how many there are
     */
    protected boolean isFenced(int index, int count) {
        return true;
    }

    /** R3: where the fence begins. */
    protected long fenceFrom(long committed, long firstSequence) {
        return Math.max(committed + 1, firstSequence);
    }

    /** R11: the committed position that counts is the one frozen by the registration, not one read before. */
    protected boolean readsCommittedAfterRegistration() {
        return true;
    }

    /** R6: sealed ends are in the metadata before anything is released. */
    protected boolean sealsBeforeRelease() {
        return true;
    }
}
