package io.s3stream.wal.s3;

/**
 * How long a frame is filled although a PUT could begin. A pure function of the limits and of what was measured.
 *
 * <p>Few appends cost few PUTs: they wait a tenth of a PUT's latency only, never more than {@code longestNanos}. The more
 * of the allowance of PUTs is used up, the longer the wait, up to the gap at which the ceiling is kept in the long run.
 * So the ceiling wins over the latency where both cannot be had.
 *
 * @param longestNanos what the latency target allows
 * @param putsPerSecond the ceiling; infinite when there is none
 * @param allowance PUTs that may be made at once after a pause
 */
record LingerPolicy(long longestNanos, double putsPerSecond, double allowance) {

    private static final double SECOND = 1e9;

    /** With half a second's worth of PUTs as allowance. */
    static LingerPolicy of(long longestNanos, double putsPerSecond) {
        return new LingerPolicy(longestNanos, putsPerSecond, Math.max(1, putsPerSecond / 2));
    }

    /**
     * @param left of the allowance; negative when it is overdrawn
     * @param putNanos the typical latency of a PUT; 0 while it is not known
     */
    long nanos(double left, long putNanos) {
        double shortest = putNanos == 0 ? Math.min(longestNanos, 1e6) : Math.min(longestNanos, putNanos / 10.0);
        double gap = SECOND / putsPerSecond;
        if (gap <= shortest) {
            return (long) shortest;
        }
        double used = 1 - Math.max(0, Math.min(1, left / allowance));
        double wait = shortest + (gap - shortest) * used;
        double overdrawn = left >= 0 ? 0 : Math.min(-left, 1) * gap;
        return (long) (wait + overdrawn);
    }
}
