package io.s3stream.kafka.cluster.simulation;

import io.s3stream.simulation.cluster.ClusterMedia;
import io.s3stream.simulation.cluster.Outage;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.Simulator;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the world that outlive its brokers. Owner of the first violation, of whether trouble has ended, and of the
 * time of the last trouble.
 */
final class BrokerWorld {

    private final Simulator simulator;
    private final BrokerSwarm swarm;
    private final BrokerVariant variant;
    private final SimBucket bucket = new SimBucket();
    private final ClusterMedia media;
    private final Outage outage;
    private final BrokerNetwork network;
    private final Turns turns = new Turns(this);
    private final SteadyTime steadyTime;
    private boolean isCalm;
    private boolean isClientsEnded;
    private long disturbedAt;
    private @Nullable HistoryViolation violation;

    BrokerWorld(long seed, BrokerSwarm swarm, BrokerVariant variant) {
        this.simulator = new Simulator(seed);
        this.swarm = swarm;
        this.variant = variant;
        this.media = new ClusterMedia(simulator, BrokerSwarm.SHARED_BYTES);
        this.outage = new Outage(simulator, false);
        this.network = new BrokerNetwork(simulator::now);
        this.steadyTime = new SteadyTime(simulator);
    }

    Simulator simulator() {
        return simulator;
    }

    BrokerSwarm swarm() {
        return swarm;
    }

    BrokerVariant variant() {
        return variant;
    }

    SimBucket bucket() {
        return bucket;
    }

    ClusterMedia media() {
        return media;
    }

    Outage outage() {
        return outage;
    }

    BrokerNetwork network() {
        return network;
    }

    Turns turns() {
        return turns;
    }

    /** The time in which no thread stalls. */
    SteadyTime steadyTime() {
        return steadyTime;
    }

    /** Whether all trouble has ended. */
    boolean isCalm() {
        return isCalm;
    }

    void calm() {
        isCalm = true;
    }

    /** Whether clients send no further records. */
    boolean isClientsEnded() {
        return isClientsEnded;
    }

    void endClients() {
        isClientsEnded = true;
    }

    /** A trouble begins or ends now, or the set of brokers changes on purpose. */
    void disturbed() {
        disturbedAt = steadyTime.now();
    }

    /** In {@link #steadyTime}. */
    long disturbedAt() {
        return disturbedAt;
    }

    /** Reports a violation, from any callback: an exception in a callback would vanish in a future. */
    void violated(String message) {
        if (violation == null) {
            violation = new HistoryViolation("at " + simulator.now() / 1_000_000 + " ms: " + message);
        }
    }

    void throwIfViolated() {
        if (violation != null) {
            throw violation;
        }
    }

    /** Prints an event of the history, if {@code -Dsim.trace=true}. */
    void trace(String event) {
        if (Boolean.getBoolean("sim.trace")) {
            System.out.printf("%9.3f s  %s%n", simulator.now() / 1e9, event);
        }
    }
}
