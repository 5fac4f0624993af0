package io.s3stream.core.compact.pace;

/**
 * Limits planning to a small share of one core. Planning for a million streams takes a tenth of a second, and the state
 * changes with each upload. Used on the context of the compaction only.
 */
public final class PlanPace {

    /** The pause after planning, as a multiple of the time that planning took. */
    private static final int REST = 50;

    private long next;
    private boolean begun;

    /** Records that planning ended. */
    public void planned(long began, long ended) {
        next = ended + REST * (ended - began);
        begun = true;
    }

    /** Returns the nanoseconds until planning may begin again; 0 for at once. */
    public long rest(long now) {
        return begun ? Math.max(0, next - now) : 0;
    }
}
