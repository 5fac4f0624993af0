package io.s3stream.core.read.ahead;

/**
 * What all readers together may have ahead. What is on its way has a limit of its own, shared fairly among the streams
 * being read. What is here and was not read yet may take what is free of that, and what the block cache lends beyond it.
 * Guarded by the lock of {@link ReadAhead}.
 */
final class AheadBudget {

    /** A request costs at least this part of what may be on its way, which bounds their number. */
    private static final int MOST_REQUESTS = 128;
    /** This part of the budget no stream takes that has more than its share. */
    private static final int PART_FOR_OTHERS = 8;

    private final long onTheWay;
    private final long all;
    private final AheadBytes charged = new AheadBytes();
    private long lent;

    /**
     * @param onTheWay bytes that may be on their way at a time
     * @param fromCache what the cache lends at most
     */
    AheadBudget(long onTheWay, long fromCache) {
        this.onTheWay = onTheWay;
        this.all = onTheWay + fromCache;
    }

    /** What a chunk costs while it is on its way. */
    long charge(long missing) {
        return missing == 0 ? 0 : Math.max(missing, onTheWay / MOST_REQUESTS);
    }

    /** Of what may be on its way. */
    long share(int streams) {
        return onTheWay / streams;
    }

    /** A stream may go over its share with nothing else ahead, or while there is room for others. */
    boolean isFair(AheadBytes ofStream, long more, int streams) {
        return isFair(ofStream.onTheWay(), charged.onTheWay(), more, streams, onTheWay)
                && isFair(ofStream.total(), charged.total(), more, streams, all);
    }

    private static boolean isFair(long ofStream, long ofAll, long more, int streams, long limit) {
        return ofStream == 0 || ofStream + more <= limit / streams || ofAll + more <= limit - limit / PART_FOR_OTHERS;
    }

    boolean hasRoomFor(long more) {
        return charged.onTheWay() + more <= onTheWay && charged.total() + more <= all;
    }

    void add(HeldChunk held) {
        charged.add(held);
    }

    void remove(HeldChunk held) {
        charged.remove(held);
    }

    long used() {
        return charged.total();
    }

    /** How much more, or less, the cache is to lend for what exceeds the budget; whoever asks has to tell it. */
    long changeOfLoan() {
        long change = Math.max(0, charged.total() - onTheWay) - lent;
        lent += change;
        return change;
    }
}
