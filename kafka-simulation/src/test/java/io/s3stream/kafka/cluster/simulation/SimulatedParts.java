package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.ClusterParts;
import io.s3stream.kafka.cluster.Peers;
import io.s3stream.kafka.cluster.decisions.Assignment;
import io.s3stream.kafka.cluster.decisions.Member;
import io.s3stream.kafka.cluster.decisions.Suspicions;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** Thread, clock and connections of a simulated broker. */
final class SimulatedParts extends ClusterParts {

    private static final long MEAN_STALL_NANOS = 400_000_000;

    private final BrokerWorld world;
    private final SimNode process;
    private final int self;

    SimulatedParts(BrokerWorld world, SimNode process, int self) {
        this.world = world;
        this.process = process;
        this.self = self;
    }

    /** A new thread of the process. */
    SimulatedExecutor thread(String name) {
        return new SimulatedExecutor(process, name, from -> stall(name, from));
    }

    private long stall(String thread, long from) {
        Simulator simulator = world.simulator();
        if (world.isCalm() || !simulator.chance(world.swarm().stalls())) {
            return 0;
        }
        simulator.count("fault: thread stalls");
        long nanos = simulator.latency(MEAN_STALL_NANOS);
        world.steadyTime().stalls(from + nanos);
        world.trace(process.name() + " thread " + thread + " stalls for " + nanos / 1_000_000 + " ms");
        return nanos;
    }

    @Override
    public ScheduledExecutorService loop() {
        return thread("cluster");
    }

    @Override
    public long nanoTime() {
        return process.nanoTime();
    }

    @Override
    public void after(Duration delay, Runnable task) {
        process.schedule(delay, process.callbacks(), task);
    }

    @Override
    public CompletableFuture<Void> completeAfter(Duration limit, CompletableFuture<Void> future) {
        after(limit, () -> future.complete(null));
        return future;
    }

    @Override
    public Peers peers(Peers.Listener listener) {
        return new SimulatedPeers(self, world.network(), thread("peers"), listener);
    }

    @Override
    public Suspicions suspicions(int broker) {
        return world.variant().suspicions(broker);
    }

    @Override
    public Assignment assignment(int broker, Collection<Member> members, Collection<Topic> topics) {
        return world.variant().assignment(broker, members, topics);
    }
}
