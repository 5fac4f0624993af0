package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.cluster.decisions.Suspicions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks the conduct of brokers: takers wait for their turn, and a broker that has drained leads nothing. */
final class Turns {

    private static final long LONG_SERVING_NANOS = 8_000_000_000L;

    private final BrokerWorld world;
    private @Nullable Fleet fleet;

    Turns(BrokerWorld world) {
        this.world = world;
    }

    void watch(Fleet watched) {
        fleet = watched;
    }

    private Fleet fleet() {
        return Objects.requireNonNull(fleet);
    }

    /** A broker with {@code n} healthy brokers before it waits for {@code n} turns after the node was disturbed. */
    void takesOver(SimulatedBroker taker, int node, long epoch) {
        world.simulator().count("take-over");
        SimulatedBroker taken = fleet().broker(node);
        if (taken == null || !taken.isOpen() || taken.store().nodeEpoch() != epoch || !taker.isLongHealthy()) {
            return;
        }
        long before = fleet().all().stream()
                .filter(broker -> broker.id() < taker.id() && broker.id() != node && broker.isLongHealthy())
                .count();
        long waited = world.simulator().now() - taken.troubledSince();
        if (waited < before * Suspicions.TURN_NANOS) {
            world.violated("broker " + taker.id() + " takes over " + node + " after " + waited / 1_000_000 + " ms, and "
                    + before + " healthy brokers come before it");
        }
    }

    /** A broker has drained, or has had all the time for it. */
    void drained(SimulatedBroker broker) {
        boolean isSuccessor = fleet().all().stream()
                .anyMatch(other -> other != broker && !other.isStopping() && other.isLongHealthy());
        if (isSuccessor
                && broker.healthyNanos() > LONG_SERVING_NANOS
                && !broker.cluster().logs().isEmpty()) {
            world.violated("broker " + broker.id() + " has drained and leads "
                    + broker.cluster().logs().size() + " partitions");
        }
    }
}
