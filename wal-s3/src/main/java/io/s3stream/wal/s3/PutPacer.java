package io.s3stream.wal.s3;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Measures the latency of PUTs and keeps the allowance that {@link LingerPolicy} uses. Owns both, under its monitor:
 * the engine's context reads them, and the medium's context updates them.
 */
final class PutPacer {

    private final LingerPolicy policy;
    private final LongSupplier nanoTime;
    private double left;
    private long countedAt;
    private long putNanos;

    PutPacer(LingerPolicy policy, LongSupplier nanoTime) {
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.left = policy.allowance();
        this.countedAt = nanoTime.getAsLong();
    }

    /** Notes a frame after the start of its first PUT, for which its bytes may pay: a full allowance stays full. */
    synchronized void onFrame(long bytes) {
        refill(bytes);
    }

    /** Notes the start of a PUT. Retries count too, because they cost the same. */
    synchronized void onPut() {
        refill(0);
        left = policy.used(left);
    }

    /** Notes the response to a PUT. */
    synchronized void onAnswer(long nanos) {
        putNanos = putNanos == 0 ? nanos : putNanos + (nanos - putNanos) / 8;
    }

    synchronized Duration linger() {
        refill(0);
        return Duration.ofNanos(policy.nanos(left, putNanos));
    }

    private void refill(long bytes) {
        long now = nanoTime.getAsLong();
        left = policy.refilled(left, now - countedAt, bytes);
        countedAt = now;
    }
}
