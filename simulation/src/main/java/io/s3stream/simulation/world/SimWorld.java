package io.s3stream.simulation.world;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A simulator, a bucket and the disks of each node: the parts that outlive the nodes of a scenario. */
public final class SimWorld {

    private static final long MAX_EVENTS = 2_000_000;

    private final Simulator simulator;
    private final SimEngine.Factory engine;
    private final SimBucket bucket = new SimBucket();
    private StorageFaults faults = StorageFaults.NONE;
    private int incarnations;

    public SimWorld(long seed, SimEngine.Factory engine) {
        this.simulator = new Simulator(seed);
        this.engine = engine;
    }

    public Simulator simulator() {
        return simulator;
    }

    public void faults(StorageFaults present) {
        faults = present;
    }

    /** Starts a process. */
    public SimNode start(String name, SimDisks disks, Predicate<String> crashesAt) {
        SimNode node = new SimNode(simulator, name + "." + ++incarnations, crashesAt);
        node.onCrash(() -> disks.onCrash(node));
        return node;
    }

    public SimBucket bucket() {
        return bucket;
    }

    public SimObjectStorage storage(SimNode node) {
        return new SimObjectStorage(node, bucket, () -> faults);
    }

    /** Opens a store in a process. */
    public CompletableFuture<StreamStore> open(SimNode node, SimDisks disks, int nodeId) {
        return open(node, disks, nodeId, options -> options);
    }

    /** Opens a store in a process, with other options. */
    public CompletableFuture<StreamStore> open(
            SimNode node, SimDisks disks, int nodeId, UnaryOperator<StreamStoreBuilder> more) {
        return new CoreStoreProvider(engine.create(node, disks))
                .open(more.apply(StreamStore.builder()
                        .nodeId(nodeId)
                        .runtime(node)
                        .storage(storage(node))
                        .wal(SimConfig.WAL_URI)
                        .config(SimConfig.store())));
    }

    /** Runs the world until the future is complete, and returns its value. */
    public <T> T await(CompletableFuture<T> future, String what) {
        simulator.runUntil(future::isDone, MAX_EVENTS, what);
        return future.join();
    }

    /** Runs the world until the future has completed or failed. */
    public void settle(CompletableFuture<?> future, String what) {
        simulator.runUntil(future::isDone, MAX_EVENTS, what);
    }
}
