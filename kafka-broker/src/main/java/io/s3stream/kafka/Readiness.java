package io.s3stream.kafka;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Whether a load balancer should send clients to this broker, and the reason if not. A broker is ready when it has led
 * all partitions that it should lead, and stays ready until it stops. It is ready also after {@link #LIMIT}, because
 * another broker may keep a partition for long. Thread-safe.
 */
final class Readiness {

    static final Duration LIMIT = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private String reason = "the broker is starting"; // guarded by this, as are the next three
    private IntSupplier missing = () -> 0;
    private boolean isSettling;
    private long deadline;

    /** @param nanoTime monotonic */
    Readiness(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * The broker serves clients.
     *
     * @param partitions the number of partitions that it should lead and does not lead yet; called on any thread
     */
    synchronized void serving(IntSupplier partitions) {
        missing = partitions;
        isSettling = true;
        deadline = nanoTime.getAsLong() + LIMIT.toNanos();
    }

    /** The broker will not serve again. */
    synchronized void stopping(String why) {
        reason = why;
        isSettling = false;
    }

    /** Returns the reason why the broker is not ready, or an empty text. */
    synchronized String reason() {
        if (isSettling) {
            int left = missing.getAsInt();
            if (left == 0 || nanoTime.getAsLong() - deadline >= 0) {
                isSettling = false;
                reason = "";
            } else {
                reason = left + " partitions that this broker should lead are not led by it yet";
            }
        }
        return reason;
    }
}
