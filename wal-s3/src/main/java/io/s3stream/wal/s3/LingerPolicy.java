package io.s3stream.wal.s3;

/**
 * Decides the linger: the time for which a frame is filled although a PUT could begin. A pure function of the limits
 * and of measured values.
 *
 * <p>PUTs use up an allowance, which grows with time and, if the user permits it, with the bytes of the frames. While it
 * is full, a frame lingers for a tenth of a PUT's latency, and never longer than {@code shortNanos}. The linger grows as
 * the allowance is used up, up to the gap between PUTs that keeps the ceiling in the long run. So the ceiling takes
 * precedence over the latency target.
 *
 * <p>With {@code bytesPerPut} the linger adapts to the load. Clients that wait for acknowledgements send little more
 * during a long linger. Their frames are as large after a short one, so they pay for their PUTs. A trickle of small
 * appends does not pay, and its linger stays long.
 *
 * @param shortNanos the maximum linger while the allowance is full
 * @param putsPerSecond the ceiling, without the PUTs that bytes pay for; infinite if there is none
 * @param allowance the number of PUTs allowed at once after a pause
 * @param bytesPerPut the bytes that pay for one PUT more; infinite if bytes pay for none
 */
record LingerPolicy(long shortNanos, double putsPerSecond, double allowance, double bytesPerPut) {

    private static final double SECOND = 1e9;

    /** Returns a policy whose allowance is the PUTs of half a second, at least one. Bytes pay for no PUT. */
    static LingerPolicy of(long maxNanos, double putsPerSecond) {
        return adaptive(maxNanos, putsPerSecond, Double.POSITIVE_INFINITY);
    }

    /** Returns a policy whose allowance is the PUTs of half a second, at least one. */
    static LingerPolicy adaptive(long shortNanos, double putsPerSecond, double bytesPerPut) {
        return new LingerPolicy(shortNanos, putsPerSecond, Math.max(1, putsPerSecond / 2), bytesPerPut);
    }

    /**
     * Returns the rest of the allowance after some time and a frame's bytes.
     *
     * @param left the rest before
     */
    double refilled(double left, long nanos, long bytes) {
        double grown =
                left + bytes / bytesPerPut + (Double.isInfinite(putsPerSecond) ? 0 : nanos / SECOND * putsPerSecond);
        return Math.min(allowance, grown);
    }

    /** Returns the rest of the allowance after a PUT. At most one allowance can be overdrawn. */
    double used(double left) {
        return Math.max(left - 1, -allowance);
    }

    /**
     * Returns the linger in nanoseconds.
     *
     * @param left the rest of the allowance; negative when it is overdrawn
     * @param putNanos the typical latency of a PUT; 0 while it is unknown
     */
    long nanos(double left, long putNanos) {
        double shortest = putNanos == 0 ? Math.min(shortNanos, 1e6) : Math.min(shortNanos, putNanos / 10.0);
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
