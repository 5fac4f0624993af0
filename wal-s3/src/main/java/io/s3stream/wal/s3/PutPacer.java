package io.s3stream.wal.s3;

import io.s3stream.spi.wal.FillingFrame;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Measures the latency of PUTs and keeps the allowance that {@link LingerPolicy} uses. Owns both, under its monitor:
 * the engine's context asks and notes frames, and the medium's context notes repeated PUTs and answers.
 */
final class PutPacer {

    private final LingerPolicy policy;
    private final int maxInFlight;
    private final LongSupplier nanoTime;
    private double left;
    private long issuedAt;
    private long countedAt;
    private long putNanos;

    PutPacer(LingerPolicy policy, int maxInFlight, LongSupplier nanoTime) {
        this.policy = policy;
        this.maxInFlight = maxInFlight;
        this.nanoTime = nanoTime;
        this.left = policy.allowance();
        this.countedAt = nanoTime.getAsLong();
        this.issuedAt = countedAt;
    }

    /** Notes an issued frame, before the engine begins the next one. */
    synchronized void onFrame(long bytes) {
        refill();
        left = policy.used(left, bytes);
        issuedAt = countedAt;
    }

    /** Notes a repeated PUT, which costs the same. */
    synchronized void onRepeat() {
        refill();
        left = policy.used(left, 0);
    }

    /** Notes the response to a PUT. */
    synchronized void onAnswer(long nanos) {
        putNanos = putNanos == 0 ? nanos : putNanos + (nanos - putNanos) / 8;
    }

    /**
     * Returns how much longer a frame is filled. Frames are so far apart that three quarters of the maximum are in
     * flight. Otherwise a burst of small frames would delay all appends until the first PUT has ended.
     */
    synchronized Duration linger(FillingFrame frame) {
        refill();
        long slot = issuedAt + putNanos / (maxInFlight - maxInFlight / 4) - countedAt;
        return Duration.ofNanos(Math.max(slot, policy.nanos(frame, left, putNanos)));
    }

    /** Returns the maximum linger of any frame. */
    Duration maxLinger() {
        return Duration.ofNanos(policy.maxNanos());
    }

    private void refill() {
        long now = nanoTime.getAsLong();
        left = policy.refilled(left, now - countedAt);
        countedAt = now;
    }
}
