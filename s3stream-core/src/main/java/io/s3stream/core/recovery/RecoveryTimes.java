package io.s3stream.core.recovery;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The durations of the phases of a recovery. The recovery owns it; other code reads it after the end. */
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

    /** Returns the time for locking the WALs, the registration, and the fences. */
    public Duration fencing() {
        return fencing;
    }

    /** Returns the time for reading the WALs, during which objects are uploaded. */
    public Duration replaying() {
        return replaying;
    }

    /** Returns the time for the uploads remaining after the replay, and the seals. */
    public Duration uploading() {
        return uploading;
    }

    /** Returns the time for committing and for closing the streams. */
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
