package io.s3stream.simulation;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.CrashPoints;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The processes that run the store, one after another. A process starts, opens, changes its WAL, closes or crashes.
 * Owner of the store, of the disks and of the faults around it.
 */
final class ScenarioNode {

    private static final StorageFaults FAULTS = new StorageFaults(0.02, 0.02, 0.02, 0.02);
    private static final long MAX_EVENTS = 2_000_000;

    private final Simulator simulator;
    private final SimEngine.Factory engine;
    private final SimBucket bucket;
    private final Findings findings;
    private final Runnable onGone;
    private final SimDisks disks;
    /** The time until pending requests have been answered. */
    private static final long REQUESTS_NANOS = 10_000_000_000L;

    private LongSupplier slabsOut = () -> 0;
    private LongSupplier contentsOut = () -> 0;
    private StorageFaults faults = FAULTS;
    private boolean crashes = true;
    private List<String> wals = List.of(SimConfig.WAL_URI);
    private int incarnation;
    private @Nullable SimNode node;
    private @Nullable CompletableFuture<StreamStore> opening;
    private @Nullable StreamStore store;

    /** @param onGone runs when a process ends: handles of that process are useless from then on */
    ScenarioNode(Simulator simulator, SimEngine.Factory engine, SimBucket bucket, Findings findings, Runnable onGone) {
        this.simulator = simulator;
        this.engine = engine;
        this.bucket = bucket;
        this.findings = findings;
        this.onGone = onGone;
        this.disks = new SimDisks(simulator);
        disks.failWrites(0.005);
    }

    void failDiskWrites(double probability) {
        disks.failWrites(probability);
    }

    /** The WALs to choose from, at each open and at run time. */
    void wals(List<String> uris) {
        wals = uris;
    }

    private RandomGenerator random() {
        return simulator.random();
    }

    /** The process that was started last. */
    SimNode process() {
        return Objects.requireNonNull(node);
    }

    /** The store, if it is open. The store of a crashed process stays until {@link #loseStoreIfCrashed}. */
    @Nullable
    StreamStore store() {
        return store;
    }

    void loseStoreIfCrashed() {
        if (node == null || !node.isAlive()) {
            store = null;
        }
    }

    /** Starts a process if none runs, and checks whether it is open. */
    void becomeReady() {
        if (node == null || !node.isAlive()) {
            startNode();
        } else {
            checkOpening();
        }
    }

    private void startNode() {
        SimNode fresh = new SimNode(simulator, "n" + ++incarnation, this::crashesAt);
        fresh.onCrash(() -> disks.onCrash(fresh));
        node = fresh;
        store = null;
        onGone.run();
        SimEngine parts = engine.create(fresh, disks);
        slabsOut = parts::slabBytesOut;
        SimObjectStorage storage = new SimObjectStorage(fresh, bucket, () -> faults);
        contentsOut = storage::contentBytesHeld;
        StreamStoreBuilder options = StreamStore.builder()
                .runtime(fresh)
                .storage(storage)
                .wal(anyWal())
                .config(SimConfig.store(incarnation));
        if (wals.size() > 1 && crashes) {
            fresh.stallIo(0.002, Duration.ofSeconds(2));
            if (random().nextInt(3) > 0) {
                options.walFallback(anyWal());
            }
        }
        try {
            opening = new CoreStoreProvider(parts).open(options);
        } catch (InvalidRequestException same) {
            opening = CompletableFuture.failedFuture(same);
        }
    }

    private String anyWal() {
        return wals.get(wals.size() == 1 ? 0 : random().nextInt(wals.size()));
    }

    void switchWal() {
        StreamStore present = store;
        if (present == null || wals.size() == 1) {
            return;
        }
        simulator.count("switch asked");
        CompletableFuture<Void> switched = present.switchWal(URI.create(anyWal()));
        findings.expectAnswer("switchWal", process(), switched);
        switched.whenComplete((done, error) -> findings.guard(() -> {
            if (error == null) {
                simulator.count("switch done");
            } else {
                findings.rejectCorruption(error);
            }
        }));
    }

    private boolean crashesAt(String step) {
        if (!crashes) {
            return false;
        }
        return simulator.chance(CrashPoints.probability(step));
    }

    private void checkOpening() {
        CompletableFuture<StreamStore> future = opening;
        if (future == null || !future.isDone()) {
            return;
        }
        if (future.isCompletedExceptionally()) {
            findings.rejectCorruption(future.handle((value, error) -> error).join());
            crash();
        } else {
            store = future.join();
        }
    }

    void crash() {
        if (node != null) {
            node.crash();
        }
        opening = null;
        store = null;
        onGone.run();
    }

    void closeStore() {
        StreamStore closing = store;
        SimNode closer = node;
        if (closing == null || closer == null) {
            return;
        }
        simulator.count("orderly close");
        CompletableFuture<Void> closed = closing.close(Duration.ofMinutes(2));
        simulator.runUntil(() -> closed.isDone() || !closer.isAlive(), MAX_EVENTS, "close");
        if (closer.isAlive()) {
            simulator.runFor(REQUESTS_NANOS);
            findings.checkAnswers(closer);
            checkMemory();
        }
        crash();
    }

    /** Ends all faults and restarts the node. */
    StreamStore openWithoutFaults() {
        crash();
        faults = StorageFaults.NONE;
        disks.failWrites(0);
        crashes = false;
        startNode();
        CompletableFuture<StreamStore> future = opening;
        simulator.runUntil(() -> future != null && future.isDone(), MAX_EVENTS, "the last open");
        checkOpening();
        findings.throwIfAny();
        StreamStore last = store;
        if (last == null) {
            throw new HistoryViolation("the store cannot be opened");
        }
        return last;
    }

    /** Closes the store that {@link #openWithoutFaults} has opened. */
    void closeAll(StreamStore last) {
        CompletableFuture<Void> closed = last.close(Duration.ofSeconds(60));
        simulator.runUntil(closed::isDone, MAX_EVENTS, "the last close");
        closed.join();
        simulator.runFor(REQUESTS_NANOS);
        checkMemory();
    }

    /** Requires that after an orderly close no memory is held. */
    private void checkMemory() {
        if (slabsOut.getAsLong() != 0) {
            throw new HistoryViolation("store closed, and " + slabsOut.getAsLong() + " bytes of slabs are still held");
        }
        if (contentsOut.getAsLong() != 0) {
            throw new HistoryViolation(
                    "store closed, and " + contentsOut.getAsLong() + " bytes from object storage are still held");
        }
    }
}
