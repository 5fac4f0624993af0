package io.s3stream.core.compact;

/**
 * Keeps planning to a small share of one core: a look at a million streams takes a tenth of a second, and the state changes with
 * each upload. Used on the context of the compaction only.
 */
final class PlanPace {

    /** After each look so many times as long as it took without another. */
    private static final int REST = 50;

    private long next;
    private boolean begun;

    /** A look at the state is over. */
    void planned(long began, long ended) {
        next = ended + REST * (ended - began);
        begun = true;
    }

    /** Nanoseconds until the next look may begin; 0 for at once. */
    long rest(long now) {
        return begun ? Math.max(0, next - now) : 0;
    }
}
