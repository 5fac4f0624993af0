package io.s3stream.testkit.wal.scenario;

/**
 * The rules for the order of the steps in which a node is opened. Overridden only to show that a scenario detects a
 * broken order: see {@link BrokenOpeningOrders}.
 */
public class WalOpeningOrder {

    /** The order of the engine. */
    public static final WalOpeningOrder RIGHT = new WalOpeningOrder();

    protected WalOpeningOrder() {}

    /**
     * R5: every generation without sealed end is fenced.
     *
     * @param index the index of the generation among the generations without sealed end
     * @param count the number of generations without sealed end
     */
    protected boolean isFenced(int index, int count) {
        return true;
    }

    /** R3: the sequence at which the fence begins. */
    protected long fenceFrom(long committed, long firstSequence) {
        return Math.max(committed + 1, firstSequence);
    }

    /** R11: the registration freezes the committed position. A position read before does not count. */
    protected boolean readsCommittedAfterRegistration() {
        return true;
    }

    /** R6: sealed ends are in the metadata before any generation is released. */
    protected boolean sealsBeforeRelease() {
        return true;
    }
}
