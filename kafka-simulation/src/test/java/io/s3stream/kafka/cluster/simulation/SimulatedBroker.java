package io.s3stream.kafka.cluster.simulation;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.FencedException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.TopicDefaults;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.cluster.ClusterListener;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.partition.PartitionLogs;
import io.s3stream.simulation.cluster.Reach;
import io.s3stream.simulation.world.CrashPoints;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.StorageFaults;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that is a broker: a store, the cluster's loop and the logs, wired as {@code Broker} does. Owner of its store
 * and of its state of health.
 */
final class SimulatedBroker implements StoreListener {

    static final Duration HEARTBEAT = Duration.ofSeconds(1);
    static final Duration SUSPECT_AFTER = Duration.ofSeconds(3);
    /** A broker that nothing has disturbed for this time has sent heartbeats that all others have seen. */
    private static final long LONG_HEALTHY_NANOS = 8_000_000_000L;

    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Duration CLOSE = Duration.ofSeconds(20);

    private final BrokerWorld world;
    private final int id;
    private final SimNode process;
    private final Reach reach;
    private final SimulatedParts parts;
    private final List<ClusterListener> listeners;
    private @Nullable StreamStore store;
    private @Nullable PartitionLogs logs;
    private @Nullable Cluster cluster;
    private boolean isServing;
    private boolean isStopping;
    private boolean isBlocked;
    private boolean isSlow;
    private long healthySince;

    /** The first of the disturbances between which it was never healthy for long. */
    private long troubledSince;

    private boolean isUndisturbed = true;

    /** @param listeners of its cluster */
    SimulatedBroker(BrokerWorld world, int id, int number, List<ClusterListener> listeners) {
        this.world = world;
        this.id = id;
        this.listeners = listeners;
        this.process = new SimNode(world.simulator(), "broker" + id + "." + number, this::crashesAt);
        process.onCrash(this::ended);
        this.reach = new Reach(
                new SimObjectStorage(
                        process,
                        world.bucket(),
                        () -> world.isCalm()
                                ? StorageFaults.NONE
                                : world.swarm().storage()),
                process,
                world.outage());
        this.parts = new SimulatedParts(world, process, id);
        this.healthySince = world.simulator().now();
    }

    private boolean crashesAt(String step) {
        return !world.isCalm()
                && world.simulator()
                        .chance(CrashPoints.probability(step) * world.swarm().crashFactor());
    }

    /** Opens the store, and serves clients after it. */
    void start() {
        world.trace(process.name() + " starts");
        StoreConfig config = SimConfig.builder()
                .heartbeatInterval(HEARTBEAT)
                .suspectAfter(SUSPECT_AFTER)
                .walTimeout(Duration.ofSeconds(2))
                .uploadInterval(Duration.ofMillis(500))
                .sweepInterval(Duration.ofSeconds(20))
                .deletionGrace(Duration.ofSeconds(60))
                .build();
        new CoreStoreProvider(world.variant().engine(process, world.media()))
                .open(StreamStore.builder()
                        .nodeId(id)
                        .runtime(process)
                        .storage(reach)
                        .wal(world.swarm().wal())
                        .listener(this)
                        .config(config))
                .whenComplete((opened, error) -> {
                    if (error == null) {
                        serve(opened);
                    } else {
                        world.trace(process.name() + " does not open: " + error.getMessage());
                        crash();
                    }
                });
    }

    private void serve(StreamStore opened) {
        store = opened;
        StreamStore seen = world.variant().store(StoreCalls.intercepted(opened, new BrokerCalls(world, this)), id);
        InstantSource time = () -> Instant.ofEpochMilli(process.currentTimeMillis());
        Clock clock = time.withZone(ZoneOffset.UTC);
        PartitionLogs opener = new PartitionLogs(seen, LogSettings.DEFAULTS, clock, parts.thread("producers"));
        Cluster created = new Cluster(seen, id, opener, TopicDefaults.KAFKA, parts);
        listeners.forEach(created::addListener);
        logs = opener;
        world.network().listen(this);
        cluster = created; // events of the store reach it from now on
        created.start(new BrokerAddress(id, "broker" + id, 1000 + id), 1).whenComplete((started, error) -> {
            world.trace(process.name() + (error == null ? " serves" : " does not serve: " + error.getMessage()));
            isServing = error == null;
            world.disturbed();
            if (error != null) {
                crash();
            }
        });
    }

    /** Drains, leaves and closes, as a broker does after a signal. */
    void stop() {
        Cluster present = cluster;
        if (present == null || isStopping || !isServing) {
            return;
        }
        world.trace(process.name() + " drains");
        isStopping = true;
        world.simulator().count("broker stops");
        process.whenRunning(() -> {
            boolean[] isOver = new boolean[1];
            Runnable leave = () -> {
                if (!isOver[0]) {
                    isOver[0] = true;
                    leave(present);
                }
            };
            parts.after(DRAIN, () -> {
                if (!isOver[0]) {
                    world.turns().drained(this);
                }
                leave.run();
            });
            present.drain().whenComplete((drained, error) -> {
                if (error == null) {
                    world.turns().drained(this);
                }
                world.trace(process.name() + " has drained");
                leave.run();
            });
        });
    }

    private void leave(Cluster present) {
        present.leave().whenComplete((left, error) -> {
            isServing = false;
            world.network().endListening(this);
            present.stop()
                    .whenComplete((written, failure) -> store().close(CLOSE).whenComplete((closed, late) -> {
                        world.trace(process.name() + " has closed");
                        crash();
                    }));
        });
    }

    void crash() {
        process.crash();
    }

    private void ended() {
        world.trace(process.name() + " ends");
        disturbed();
        world.media().onCrash(process);
    }

    /** The machine answers nothing from now on. */
    void lose() {
        crash();
        world.network().lose(id);
    }

    void pause(long nanos) {
        world.trace(process.name() + " pauses for " + nanos / 1_000_000 + " ms");
        process.pause();
        disturbed();
        world.simulator().after(nanos, "resume", this::resume);
    }

    private void resume() {
        if (process.isPaused()) {
            world.trace(process.name() + " resumes");
            disturbed();
            process.resume();
        }
    }

    void block(boolean blocked) {
        isBlocked = blocked;
        reach.block(blocked);
        disturbed();
    }

    void slow(long nanos) {
        isSlow = nanos > 0;
        reach.slow(nanos);
        disturbed();
    }

    /** Its health ends or begins again now. */
    void disturbed() {
        long now = world.simulator().now();
        if (now - healthySince > LONG_HEALTHY_NANOS) {
            troubledSince = now;
        }
        healthySince = now;
        isUndisturbed = false;
        world.disturbed();
    }

    /** Ends all trouble of the process. */
    void calm() {
        if (isBlocked) {
            block(false);
        }
        if (isSlow) {
            slow(0);
        }
        resume();
    }

    int id() {
        return id;
    }

    SimNode process() {
        return process;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether clients can use it: it runs and has told its address. */
    boolean isServing() {
        return isServing && process.isAlive() && !process.isPaused();
    }

    boolean isStopping() {
        return isStopping;
    }

    boolean isSlow() {
        return isSlow;
    }

    /** Whether it serves, and reaches the bucket. */
    boolean isReaching() {
        return isServing() && !isBlocked && world.outage().isOver();
    }

    /** Whether it serves, and reaches the bucket in the usual time. */
    boolean isHealthy() {
        return isReaching() && !isSlow;
    }

    /** How long nothing has disturbed it, or 0. */
    long healthyNanos() {
        return isHealthy() ? world.simulator().now() - healthySince : 0;
    }

    /** Whether it has been healthy so long that all other brokers know it, and no other broker refuses it. */
    boolean isLongHealthy() {
        return healthyNanos() > LONG_HEALTHY_NANOS && !world.network().isRefusing(id);
    }

    /** Since when other brokers may suspect it: a suspicion can be older than the last disturbance. */
    long troubledSince() {
        return troubledSince;
    }

    /** Whether nothing has disturbed it since its start. */
    boolean isUndisturbed() {
        return isUndisturbed && isHealthy();
    }

    StreamStore store() {
        if (store == null) {
            throw new IllegalStateException(process.name() + " has no store yet");
        }
        return store;
    }

    boolean isOpen() {
        return store != null;
    }

    Cluster cluster() {
        if (cluster == null) {
            throw new IllegalStateException(process.name() + " has no cluster yet");
        }
        return cluster;
    }

    /** The log of a partition that it leads and serves. */
    Optional<PartitionLog> log(PartitionState partition) {
        return isServing() ? cluster().log(partition) : Optional.empty();
    }

    @Override
    public void nodeSuspected(int nodeId, long nodeEpoch, Duration silence) {
        world.trace(process.name() + " suspects " + nodeId + " epoch " + nodeEpoch);
        if (cluster != null) {
            cluster.nodeSuspected(nodeId, nodeEpoch);
        }
    }

    @Override
    public void nodeReturned(int nodeId) {
        if (cluster != null) {
            cluster.nodeReturned(nodeId);
        }
    }

    /** Another broker has taken it over, or this process was started for a node that works. */
    private void fenced() {
        world.simulator().count("fenced");
        boolean isJustified = !isUndisturbed() && healthyNanos() < LONG_HEALTHY_NANOS;
        if (isServing() && !isJustified && !world.network().isRefusing(id)) {
            world.violated("healthy broker " + id + " epoch " + store().nodeEpoch() + " was taken over");
        }
    }

    /** A broker whose store has stopped ends. */
    @Override
    public void stateChanged(StoreState state) {
        if (state.level().compareTo(StoreState.Level.APPENDS_FAILED) >= 0 && !isStopping) {
            world.trace(process.name() + " store " + state);
            if (state.reason().orElse(null) instanceof FencedException) {
                fenced();
            }
            world.simulator().count("store stopped");
            crash();
        }
    }
}
