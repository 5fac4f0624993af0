package io.s3stream.testkit.wal.scenario;

/** Opening orders that lose data. A scenario must catch each of them. */
public final class BrokenOpeningOrders {

    private BrokenOpeningOrders() {}

    /** Breaks R5. Needs {@link WalScenario#eager}: otherwise there is only one generation to fence. */
    public static WalOpeningOrder fenceOnlyTheNewestGeneration() {
        return new WalOpeningOrder() {
            @Override
            protected boolean isFenced(int index, int count) {
                return index == count - 1;
            }
        };
    }

    /** Breaks R3: a trimmed sequence is free, so the fence is at a place that no writer uses. */
    public static WalOpeningOrder fenceFromTheFirstSequence() {
        return new WalOpeningOrder() {
            @Override
            protected long fenceFrom(long committed, long firstSequence) {
                return Math.max(firstSequence, 0);
            }
        };
    }

    /** Breaks R11: the older opener continues to commit and trim until the registration. */
    public static WalOpeningOrder staleCommittedPosition() {
        return new WalOpeningOrder() {
            @Override
            protected boolean readsCommittedAfterRegistration() {
                return false;
            }
        };
    }

    /** Breaks R6: a crash between release and seal leaves a generation that is neither sealed nor on its medium. */
    public static WalOpeningOrder releaseBeforeSealedEnd() {
        return new WalOpeningOrder() {
            @Override
            protected boolean sealsBeforeRelease() {
                return false;
            }
        };
    }
}
