package io.s3stream.core.collect;

import java.time.Duration;

/**
 * How patient and how fast the collector is.
 *
 * @param grace how long a retired object stays, from when this process first saw it retired; zero: no object is deleted
 * @param sweepInterval between sweeps, if anything was committed meanwhile; zero: no sweeps
 * @param firstSweep the first sweep after the store was opened
 * @param pause between two requests
 */
public record CollectOptions(Duration grace, Duration sweepInterval, Duration firstSweep, Duration pause) {

    private static final Duration FIRST_SWEEP = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** With the usual rest. */
    public static CollectOptions of(Duration grace, Duration sweepInterval) {
        Duration first = sweepInterval.compareTo(FIRST_SWEEP) < 0 ? sweepInterval : FIRST_SWEEP;
        return new CollectOptions(grace, sweepInterval, first, PAUSE);
    }
}
