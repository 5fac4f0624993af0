package io.s3stream.wal.s3;

import io.s3stream.spi.wal.FillingFrame;

/**
 * Decides the linger: the time for which a frame is filled although a PUT could begin. A pure function of the limits
 * and of measured values.
 *
 * <p><b>Request budget.</b> A PUT costs one unit of an allowance. The allowance grows with time and, if the user permits
 * it, with the bytes of the frames. A frame waits until the allowance and its own bytes pay for its PUT, so the allowance
 * of frames that waited is never negative. It follows for their PUTs, at every load: {@code PUTs ≤ allowance + seconds ×
 * putsPerSecond + bytes ÷ bytesPerPut}. Full frames, frames whose next append does not fit, and repeated PUTs do not wait.
 * They use up the allowance to zero at most.
 *
 * <p><b>Length.</b> Because the allowance is never negative, time alone pays for a PUT within {@code 1 ÷ putsPerSecond}.
 * A frame that is paid for is sent when no append has arrived for a while, because clients that wait for acknowledgements
 * send nothing more. That while is a tenth of a PUT's latency, at most {@code quietNanos}. Otherwise the frame is sent
 * {@code longNanos} after its first append.
 *
 * @param quietNanos the maximum time without an append after which a frame that is paid for is sent
 * @param longNanos the maximum linger of a frame that is paid for
 * @param putsPerSecond the ceiling, without the PUTs that bytes pay for; infinite if there is none
 * @param allowance the number of PUTs allowed at once after a pause
 * @param bytesPerPut the bytes that pay for one PUT more; infinite if bytes pay for none
 */
record LingerPolicy(long quietNanos, long longNanos, double putsPerSecond, double allowance, double bytesPerPut) {

    private static final double SECOND = 1e9;
    /** The quiet time before the first answer. */
    private static final long FIRST_QUIET_NANOS = 1_000_000;
    /** The shortest time after which an unpaid frame is looked at again, because it may have grown. */
    private static final long CHECK_NANOS = 1_000_000;

    /** Returns a policy whose allowance is the PUTs of half a second, at least one. Bytes pay for no PUT. */
    static LingerPolicy of(long longNanos, double putsPerSecond) {
        return adaptive(longNanos, longNanos, putsPerSecond, Double.POSITIVE_INFINITY);
    }

    /** Returns a policy whose allowance is the PUTs of half a second, at least one. */
    static LingerPolicy adaptive(long quietNanos, long longNanos, double putsPerSecond, double bytesPerPut) {
        return new LingerPolicy(quietNanos, longNanos, putsPerSecond, Math.max(1, putsPerSecond / 2), bytesPerPut);
    }

    /** Returns the rest of the allowance after some time. */
    double refilled(double left, long nanos) {
        return Double.isInfinite(putsPerSecond)
                ? allowance
                : Math.min(allowance, left + nanos / SECOND * putsPerSecond);
    }

    /**
     * Returns the rest of the allowance after a PUT.
     *
     * @param bytes the bytes that pay; 0 for a repeated PUT
     */
    double used(double left, long bytes) {
        return Math.max(0, Math.min(allowance, left + bytes / bytesPerPut - 1));
    }

    /** Returns the maximum linger of any frame. */
    long maxNanos() {
        return Math.max(longNanos, (long) Math.ceil(SECOND / putsPerSecond));
    }

    /**
     * Returns how much longer a frame is filled, in nanoseconds. Zero sends it now. The frame may grow before the time
     * is over, so the answer can be too early but is never too late.
     *
     * @param left the rest of the allowance
     * @param putNanos the typical latency of a PUT; 0 while it is unknown
     */
    long nanos(FillingFrame frame, double left, long putNanos) {
        long enough = Math.min(quietNanos, putNanos == 0 ? FIRST_QUIET_NANOS : putNanos / 10);
        long quiet = Math.min(
                longNanos - frame.age().toNanos(), enough - frame.quiet().toNanos());
        double paid = left + frame.bytes() / bytesPerPut;
        if (paid >= 1) {
            return Math.max(0, quiet);
        }
        long unpaid = (long) Math.ceil((1 - paid) * SECOND / putsPerSecond);
        return Math.max(quiet, bytesPay() ? Math.min(unpaid, Math.max(CHECK_NANOS, enough)) : unpaid);
    }

    private boolean bytesPay() {
        return !Double.isInfinite(bytesPerPut);
    }
}
