package io.s3stream.kafka.cluster.simulation;

import io.s3stream.testkit.sim.Simulator;

/**
 * Counts the virtual time in which no thread of a broker stalls. A broker whose loop stalls sends heartbeats, so no other
 * broker takes it over, and its partitions wait for the loop. Owner of the sum of all stalls.
 */
final class SteadyTime {

    private final Simulator simulator;
    private long stalledUntil;

    /** The length of all stalls until {@link #stalledUntil}, which may overlap. */
    private long stalled;

    SteadyTime(Simulator simulator) {
        this.simulator = simulator;
    }

    /** A thread stalls from now until that time. */
    void stalls(long until) {
        long from = Math.max(simulator.now(), stalledUntil);
        if (until > from) {
            stalled += until - from;
            stalledUntil = until;
        }
    }

    /** The steady time until now, in nanoseconds. */
    long now() {
        long ahead = Math.max(0, stalledUntil - simulator.now());
        return simulator.now() - (stalled - ahead);
    }
}
