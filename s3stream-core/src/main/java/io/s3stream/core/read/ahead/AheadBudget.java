package io.s3stream.core.read.ahead;

/**
 * The read-ahead budget of all readers together. Bytes in flight have a limit of their own, shared fairly among the
 * streams being read. Arrived but unread bytes may use the free part of that limit, and the memory that the block cache
 * lends. Guarded by the lock of {@link ReadAhead}.
 */
final class AheadBudget {

    /** The number of requests in flight is bounded: each is charged at least this fraction of the in-flight limit. */
    private static final int MAX_REQUESTS = 128;
    /** A stream beyond its share leaves this fraction of the budget to the others. */
    private static final int PART_FOR_OTHERS = 8;

    private final long onTheWay;
    private final long all;
    private final AheadBytes charged = new AheadBytes();
    private long lent;

    /**
     * @param onTheWay the maximum bytes in flight
     * @param fromCache the maximum bytes that the cache lends
     */
    AheadBudget(long onTheWay, long fromCache) {
        this.onTheWay = onTheWay;
        this.all = onTheWay + fromCache;
    }

    /** Returns the charge of a chunk while it is in flight. */
    long charge(long missing) {
        return missing == 0 ? 0 : Math.max(missing, onTheWay / MAX_REQUESTS);
    }

    /** Returns one stream's share of the in-flight bytes. */
    long share(int streams) {
        return onTheWay / streams;
    }

    /**
     * Returns whether a stream may read more ahead. It may exceed its share if it has nothing else ahead, or while
     * there is room for others.
     */
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

    /**
     * Returns the change in the loan that the cache must grant for bytes beyond the budget. The caller passes it to the
     * cache.
     */
    long changeOfLoan() {
        long change = Math.max(0, charged.total() - onTheWay) - lent;
        lent += change;
        return change;
    }
}
