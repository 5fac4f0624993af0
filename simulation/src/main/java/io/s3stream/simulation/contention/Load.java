package io.s3stream.simulation.contention;

import java.time.Duration;

/**
 * The measured load.
 *
 * @param nodes that commit to one register
 * @param latency of a compare-and-set, and of a conditional read, on average
 * @param interval between two commits of a node; zero: the next commit follows at once
 * @param spacing the least time between two changes that the register allows, as GCS does; zero: any
 * @param length that is measured, after the nodes have opened
 * @param seed of the history
 */
record Load(int nodes, Duration latency, Duration interval, Duration spacing, Duration length, long seed) {

    static Load of(int nodes, int latencyMillis, Duration interval) {
        return new Load(nodes, Duration.ofMillis(latencyMillis), interval, Duration.ZERO, Duration.ofSeconds(60), 1);
    }

    Load withSpacing(Duration least) {
        return new Load(nodes, latency, interval, least, length, seed);
    }

    Load withSeed(long newSeed) {
        return new Load(nodes, latency, interval, spacing, length, newSeed);
    }
}
