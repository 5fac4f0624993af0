package io.s3stream.simulation.cluster;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.CrashPoints;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The processes of all nodes: present processes, and replaced processes that do not know of their replacement. Owner of
 * them.
 */
final class ClusterNodes {

    /** The time after which all requests of a dead process have arrived or are lost. */
    static final long LATE_NANOS = 10_000_000_000L;

    private static final long MAX_EVENTS = 4_000_000;

    private final Simulator simulator;
    private final SwarmConfig config;
    private final SimEngine.Factory engine;
    private final SimBucket bucket;
    private final Findings findings;
    private final Ledgers ledgers;
    private final ClusterMedia media;
    private final Outage outage;
    private final HeadSetBack setBack;
    private final ClusterTroubles troubles;
    private final ClusterTakeOvers takeOvers;
    private final List<List<ClusterProcess>> processes = new ArrayList<>();
    private final Map<ClusterProcess, Ledgers.Fencing> opening = new HashMap<>();
    private int started;
    private long restoreAt;
    private boolean isCalm;

    ClusterNodes(World world, Findings findings, Ledgers ledgers) {
        this.simulator = world.simulator();
        this.config = world.config();
        this.engine = world.engine();
        this.bucket = world.bucket();
        this.findings = findings;
        this.ledgers = ledgers;
        this.media = new ClusterMedia(simulator, SwarmConfig.SHARED_BYTES);
        this.outage = new Outage(simulator, config.hasLongOutage());
        this.setBack = new HeadSetBack(simulator, bucket);
        this.troubles = new ClusterTroubles(this, world, findings, outage, setBack);
        this.takeOvers = new ClusterTakeOvers(this, world, findings, ledgers);
        for (int node = 0; node < config.nodes(); node++) {
            processes.add(new ArrayList<>());
        }
    }

    /** The world before any node exists. */
    record World(Simulator simulator, SwarmConfig config, SimEngine.Factory engine, SimBucket bucket) {}

    /** Makes media fail from now on. A shared device is blank, and the first process formats it. */
    void prepare() {
        media.fail(config.mediumFailures());
    }

    /** Every running process, including the replaced ones. */
    List<ClusterProcess> alive() {
        return processes.stream()
                .flatMap(List::stream)
                .filter(process -> process.sim().isAlive())
                .toList();
    }

    /** Processes that accept requests now. */
    List<ClusterProcess> usable() {
        return alive().stream().filter(process -> process.usable() != null).toList();
    }

    /** Occasionally starts a process for a node without one. Notices processes that have opened or died. */
    void tend() {
        endBroken();
        if (!isCalm && setBack.tend(alive())) {
            findings.tolerateCorruption(true);
            restoreAt = simulator.now() + simulator.latency(1_000_000_000);
        } else if (isHeadSetBack() && simulator.now() > restoreAt) {
            restoreHead();
        }
        for (int node = 0; node < processes.size(); node++) {
            List<ClusterProcess> ofNode = processes.get(node);
            ofNode.forEach(this::noticeOpening);
            ofNode.removeIf(process -> {
                if (!process.sim().isAlive()) {
                    ended(process);
                }
                return !process.sim().isAlive();
            });
            if (!isCalm && !isHeadSetBack() && ofNode.isEmpty() && simulator.chance(0.2)) {
                replace(node);
            }
        }
    }

    /**
     * Replaces a process that is dead or seems dead: another process becomes that node, or other nodes take it over.
     */
    void replace(int node) {
        if (simulator.chance(0.5)) {
            revive(node);
            return;
        }
        takeOver(node);
        if (simulator.chance(0.3)) {
            takeOver(node);
        }
        if (simulator.chance(0.2)) {
            revive(node);
        }
    }

    void takeOver(int node) {
        if (!isHeadSetBack()) {
            takeOvers.begin(node);
        }
    }

    /** Starts another process as the node, unless the register is set back: the process could not know that. */
    void revive(int node) {
        if (isHeadSetBack()) {
            return;
        }
        List<String> wals = config.wals().get(node);
        start(node, wals.get(simulator.random().nextInt(wals.size())));
    }

    private ClusterProcess start(int node, String wal) {
        int number = ++started;
        SimNode sim = new SimNode(simulator, "n" + node + "." + number, this::crashesAt);
        sim.onCrash(() -> media.onCrash(sim));
        ClusterProcess process = new ClusterProcess(sim, node, number, isCalm ? StorageFaults.NONE : config.storage());
        SimEngine parts = engine.create(sim, media);
        SimObjectStorage storage = new SimObjectStorage(sim, bucket, process::faults);
        Reach reach = new Reach(storage, sim, outage);
        StreamStoreBuilder options = StreamStore.builder()
                .nodeId(node)
                .runtime(sim)
                .storage(reach)
                .wal(wal)
                .listener(new ThrowingListener(simulator, config.host().listenerThrows()))
                .config(SimConfig.store(number));
        if (!isCalm && config.hasFallback() && config.wals().get(node).size() > 1) {
            sim.stallIo(0.002, Duration.ofSeconds(2));
            config.wals().get(node).stream()
                    .filter(other -> !other.equals(wal))
                    .findFirst()
                    .ifPresent(options::walFallback);
        }
        if (node < processes.size()) {
            processes.get(node).add(process);
        }
        opening.put(process, ledgers.fence(node, number));
        process.begin(new ClusterProcess.Parts(parts, storage, reach, open(parts, options)));
        return process;
    }

    private static CompletableFuture<StreamStore> open(SimEngine parts, StreamStoreBuilder options) {
        try {
            return new CoreStoreProvider(parts).open(options);
        } catch (InvalidRequestException wrong) {
            return CompletableFuture.failedFuture(wrong);
        }
    }

    private boolean crashesAt(String step) {
        return !isCalm && simulator.chance(CrashPoints.probability(step) * config.crashFactor());
    }

    private void noticeOpening(ClusterProcess process) {
        CompletableFuture<StreamStore> future = process.parts().opening();
        if (process.isOpen() || !future.isDone() || !process.sim().isAlive()) {
            return;
        }
        if (future.isCompletedExceptionally()) {
            Throwable error = future.handle((store, failure) -> failure).join();
            findings.rejectCorruption(error);
            simulator.count("open failed");
            process.sim().crash();
        } else {
            process.opened(future.join());
            Ledgers.Fencing fencing = opening.remove(process);
            if (fencing != null) {
                fencing.done();
            }
            simulator.count("opened");
        }
    }

    /** Ends a dead process. Its requests may still take effect for a while. */
    private void ended(ClusterProcess process) {
        Ledgers.Fencing fencing = opening.remove(process);
        simulator.after(LATE_NANOS, "process is over", () -> {
            process.end();
            if (fencing != null) {
                fencing.expired();
            }
        });
    }

    ClusterTroubles troubles() {
        return troubles;
    }

    /** Returns whether all trouble has ended. */
    boolean isCalm() {
        return isCalm;
    }

    int timesSetBack() {
        return setBack.times();
    }

    boolean isHeadSetBack() {
        return setBack.isSetBack();
    }

    /** Ends processes in which an error was thrown, sooner or later. */
    private void endBroken() {
        for (ClusterProcess process : alive()) {
            if (process.sim().hasThrown() && simulator.chance(0.05)) {
                if (process.usable() != null && simulator.chance(0.7)) {
                    simulator.count("closed after an error");
                    close(process);
                } else {
                    process.sim().crash();
                }
            }
        }
    }

    /** The operator restores the newest head, and starts every process again. */
    private void restoreHead() {
        if (!isHeadSetBack()) {
            return;
        }
        alive().forEach(process -> process.sim().crash());
        simulator.runFor(LATE_NANOS);
        setBack.end();
        findings.tolerateCorruption(false);
    }

    /** Closes the store in order, and checks that it released all its memory. */
    void close(ClusterProcess process) {
        StreamStore store = process.usable();
        if (store == null) {
            return;
        }
        process.closing();
        process.held().forEach(OpenStream::closes);
        process.openings().forEach(Runnable::run);
        simulator.count("orderly close");
        CompletableFuture<Void> closed = store.close(Duration.ofMinutes(2));
        simulator.runUntil(() -> closed.isDone() || !process.sim().isAlive(), MAX_EVENTS, "close");
        checkAfterClose(process);
        process.sim().crash();
    }

    private void checkAfterClose(ClusterProcess process) {
        if (!process.sim().isAlive()) {
            return;
        }
        simulator.runFor(LATE_NANOS);
        if (process.sim().isAlive() && !process.sim().isPaused()) {
            findings.checkAnswers(process.sim());
            if (process.bytesHeld() != 0) {
                throw new HistoryViolation("store of " + process.sim().name() + " closed, and " + process.bytesHeld()
                        + " bytes are still held");
            }
        }
    }

    /** Ends all trouble and opens every node again. Replaced processes of that node are harmless. */
    List<ClusterProcess> calm() {
        isCalm = true;
        outage.sitOut();
        restoreHead();
        media.fail(0);
        for (ClusterProcess process : alive()) {
            process.faults(StorageFaults.NONE);
            process.parts().reach().block(false);
            process.sim().slow(1);
            process.sim().hang(operation -> false);
            process.sim().throwAt(where -> false);
            process.sim().resume();
        }
        simulator.runFor(LATE_NANOS); // a process that is about to become a node succeeds or fails
        tend();
        alive().stream()
                .filter(process -> process.sim().hasThrown() || process.mayTakeOver() || !process.isOpen())
                .forEach(process -> process.sim().crash());
        for (ClusterProcess process : alive()) {
            boolean locks = config.wals().get(process.nodeId()).stream()
                    .anyMatch(wal -> !wal.contains("shared") && wal.startsWith("block"));
            if (locks || simulator.chance(0.5)) {
                process.sim().crash();
            }
        }
        List<ClusterProcess> last = new ArrayList<>();
        for (int node = 0; node < config.nodes(); node++) {
            last.add(openCalmly(node));
        }
        for (ClusterProcess process : alive()) {
            if (!last.contains(process)) {
                process.sim().crash();
            }
        }
        tend();
        findings.throwIfAny();
        return last;
    }

    private ClusterProcess openCalmly(int node) {
        @Nullable Throwable error = null;
        for (int attempt = 0; attempt < 5; attempt++) {
            ClusterProcess process = start(node, config.wals().get(node).get(0));
            CompletableFuture<StreamStore> future = process.parts().opening();
            simulator.runUntil(future::isDone, MAX_EVENTS, "the last open of node " + node);
            noticeOpening(process);
            findings.throwIfAny();
            if (process.isOpen()) {
                return process;
            }
            error = future.handle((store, failure) -> failure).join();
            simulator.runFor(LATE_NANOS);
        }
        throw new HistoryViolation("node " + node + " cannot be opened: " + error);
    }

    /** Closes the stores for the last time. */
    void closeAll(List<ClusterProcess> last) {
        List<CompletableFuture<Void>> closed = new ArrayList<>();
        for (ClusterProcess process : last) {
            StreamStore store = process.usable();
            if (store == null) {
                throw new HistoryViolation("the store of node " + process.nodeId() + " is gone");
            }
            closed.add(store.close(Duration.ofMinutes(1)));
        }
        simulator.runUntil(() -> closed.stream().allMatch(CompletableFuture::isDone), MAX_EVENTS, "the last close");
        closed.forEach(CompletableFuture::join);
        last.forEach(this::checkAfterClose);
    }
}
