package io.s3stream.testkit.wal.scenario;

/** Opening orders that lose data. A scenario that does not catch them tests nothing. */
public final class BrokenOpeningOrders {

    private BrokenOpeningOrders() {}

    /** R5, broken. Needs {@link WalScenario#eager}: otherwise there is only one to fence. */
    public static WalOpeningOrder fenceOnlyTheNewestGeneration() {
        return new WalOpeningOrder() {
            @Override
            protected boolean isFenced(int index, int count) {
                return index == count - 1;
            }
        };
    }

    /** R3, broken: a trimmed sequence is free, so the fence stands where nobody writes any more. */
    public static WalOpeningOrder fenceFromTheFirstSequence() {
        return new WalOpeningOrder() {
            @Override
            protected long fenceFrom(long committed, long firstSequence) {
                return Math.max(firstSequence, 0);
            }
        };
    }

    /** R11, broken: the older opener goes on committing and trimming until the registration. */
    public static WalOpeningOrder staleCommittedPosition() {
        return new WalOpeningOrder() {
            @Override
            protected boolean readsCommittedAfterRegistration() {
                return false;
            }
        };
    }

    /** R6, broken: a crash between the two leaves a generation that is neither sealed nor there. */
    public static WalOpeningOrder releaseBeforeSealedEnd() {
        return new WalOpeningOrder() {
            @Override
            protected boolean sealsBeforeRelease() {
                return false;
            }
        };
    }
}
