package io.s3stream.core.read.ahead;

/**
 * The account of the read-ahead budget of all readers together. Bytes in flight have a limit of their own, shared
 * fairly among the streams being read. Arrived but unread bytes may use the free part of that limit, and the memory
 * that the block cache lends. Guarded by the lock of {@link ReadAhead}.
 */
final class AheadBudget {

    private final ReadAheadPolicy policy;
    private final AheadBytes charged = new AheadBytes();
    /** Bytes of joined reads that are charged to no reader. */
    private long unowned;

    private long lent;

    AheadBudget(ReadAheadPolicy policy) {
        this.policy = policy;
    }

    /** Returns whether a stream may read more ahead, as far as the other streams are concerned. */
    boolean isFair(AheadBytes ofStream, long more, int streams) {
        return policy.isFair(ofStream.usage(), usage(), more, streams);
    }

    boolean hasRoomFor(long more) {
        return policy.hasRoomFor(usage(), more);
    }

    void add(HeldChunk held) {
        charged.add(held);
    }

    void remove(HeldChunk held) {
        charged.remove(held);
    }

    /** Adds the unowned bytes of a new joined read. */
    void add(JoinedRead joined) {
        unowned += joined.unownedBytes();
    }

    /** Removes a released chunk. Its bytes stay charged while other readers hold chunks of the same buffer. */
    void release(HeldChunk held) {
        charged.remove(held);
        leave(held);
    }

    /** Takes a chunk out of its joined read, if it has one. The chunk stays charged. */
    void leave(HeldChunk held) {
        JoinedRead joined = held.joined;
        if (joined != null) {
            unowned -= joined.unownedBytes();
            joined.leave(held);
            unowned += joined.unownedBytes();
        }
    }

    private ReadAheadPolicy.Usage usage() {
        ReadAheadPolicy.Usage usage = charged.usage();
        return new ReadAheadPolicy.Usage(usage.inFlight(), usage.total() + unowned);
    }

    long used() {
        return usage().total();
    }

    /**
     * Returns the change in the loan that the cache must grant for bytes beyond the budget. The caller passes it to the
     * cache.
     */
    long changeOfLoan() {
        long change = policy.loan(usage()) - lent;
        lent += change;
        return change;
    }
}
