package io.s3stream.core.recovery;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How long the parts of a recovery took. Belongs to the recovery, and is read when that is over. */
public final class RecoveryTimes {

    private final LongSupplier nanoTime;
    private long since;
    private Duration fencing = Duration.ZERO;
    private Duration replaying = Duration.ZERO;
    private Duration uploading = Duration.ZERO;
    private Duration committing = Duration.ZERO;

    RecoveryTimes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    void fenced() {
        fencing = lap();
    }

    void replayed() {
        replaying = lap();
    }

    void uploaded() {
        uploading = lap();
    }

    void committed() {
        committing = lap();
    }

    /** Locking the WALs, the registration, and the fences. */
    public Duration fencing() {
        return fencing;
    }

    /** Reading the WALs, while objects are uploaded. */
    public Duration replaying() {
        return replaying;
    }

    /** What was still to be uploaded when all was replayed, and the seals. */
    public Duration uploading() {
        return uploading;
    }

    /** Committing and closing the streams. */
    public Duration committing() {
        return committing;
    }

    private Duration lap() {
        long now = nanoTime.getAsLong();
        Duration passed = Duration.ofNanos(now - since);
        since = now;
        return passed;
    }
}
