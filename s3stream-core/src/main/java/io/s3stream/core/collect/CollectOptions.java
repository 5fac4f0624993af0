package io.s3stream.core.collect;

import java.time.Duration;

/**
 * Delays and intervals of the collector.
 *
 * @param grace how long a retired object stays after this process first saw it retired; zero: retired objects are never
 *     deleted
 * @param sweepInterval time between sweeps; a sweep without a commit or new key since the last one is skipped; zero: no
 *     sweeps
 * @param firstSweep time from the opening of the store to the first sweep
 * @param pause time between two requests
 */
public record CollectOptions(Duration grace, Duration sweepInterval, Duration firstSweep, Duration pause) {

    private static final Duration FIRST_SWEEP = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Creates options with the usual pause and first sweep. */
    public static CollectOptions of(Duration grace, Duration sweepInterval) {
        Duration first = sweepInterval.compareTo(FIRST_SWEEP) < 0 ? sweepInterval : FIRST_SWEEP;
        return new CollectOptions(grace, sweepInterval, first, PAUSE);
    }
}
