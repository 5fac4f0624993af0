package io.s3stream.wal.s3;

/**
 * Decides the linger: the time for which a frame is filled although a PUT could begin. A pure function of the limits
 * and of measured values.
 *
 * <p>At low rates a frame lingers for a tenth of a PUT's latency, and never longer than {@code maxNanos}. The linger
 * grows as the allowance of PUTs is used up. It grows up to the gap between PUTs that keeps the ceiling in the long
 * run. So the ceiling takes precedence over the latency target.
 *
 * @param maxNanos the maximum linger that the latency target allows
 * @param putsPerSecond the ceiling; infinite if there is none
 * @param allowance the number of PUTs allowed at once after a pause
 */
record LingerPolicy(long maxNanos, double putsPerSecond, double allowance) {

    private static final double SECOND = 1e9;

    /** Returns a policy whose allowance is the PUTs of half a second, at least one. */
    static LingerPolicy of(long maxNanos, double putsPerSecond) {
        return new LingerPolicy(maxNanos, putsPerSecond, Math.max(1, putsPerSecond / 2));
    }

    /**
     * Returns the linger in nanoseconds.
     *
     * @param left the rest of the allowance; negative when it is overdrawn
     * @param putNanos the typical latency of a PUT; 0 while it is unknown
     */
    long nanos(double left, long putNanos) {
        double shortest = putNanos == 0 ? Math.min(maxNanos, 1e6) : Math.min(maxNanos, putNanos / 10.0);
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
