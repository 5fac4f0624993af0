package io.s3stream.core.read.ahead;

/**
 * The account of the read-ahead budget of all readers together. Bytes in flight have a limit of their own, shared
 * fairly among the streams being read. Arrived but unread bytes may use the free part of that limit, and the memory
 * that the block cache lends. Guarded by the lock of {@link ReadAhead}.
 */
final class AheadBudget {

    private final ReadAheadPolicy policy;
    private final AheadBytes charged = new AheadBytes();
    private long lent;

    AheadBudget(ReadAheadPolicy policy) {
        this.policy = policy;
    }

    /** Returns whether a stream may read more ahead, as far as the other streams are concerned. */
    boolean isFair(AheadBytes ofStream, long more, int streams) {
        return policy.isFair(ofStream.usage(), charged.usage(), more, streams);
    }

    boolean hasRoomFor(long more) {
        return policy.hasRoomFor(charged.usage(), more);
    }

    void add(HeldChunk held) {
        charged.add(held);
    }

    void remove(HeldChunk held) {
        charged.remove(held);
    }

    long used() {
        return charged.usage().total();
    }

    /**
     * Returns the change in the loan that the cache must grant for bytes beyond the budget. The caller passes it to the
     * cache.
     */
    long changeOfLoan() {
        long change = policy.loan(charged.usage()) - lent;
        lent += change;
        return change;
    }
}
