package io.s3stream.testkit.wal.scenario;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import io.s3stream.testkit.wal.WalFencing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs a single history of a {@link WalScenario}. Owns the openers, and decides their disturbances. Used once. */
final class WalCourse {

    private static final int MAX_EVENTS = 200_000;
    private static final int LAST_OPENERS = 30;
    private static final double METADATA_LOSSES = 0.02;
    private static final double[] DISTURBANCES = {0, 0.002, 0.01, 0.03};

    private final Simulator simulator;
    private final WalWorld world;
    private final WalHistory history;
    private final WalOpener.Shared shared;
    private final StorageFaults faults;
    private final int openers;
    private final double disturbance;
    private final List<WalOpener> started = new ArrayList<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private boolean inPeace;

    WalCourse(
            long seed,
            SimulatedWal.Factory wal,
            WalOpeningOrder order,
            StorageFaults faults,
            int openers,
            boolean eager) {
        this.simulator = new Simulator(seed);
        this.world = new WalWorld(simulator);
        this.history = new WalHistory(simulator);
        SplittableRandom kind = new SplittableRandom(seed); // a Random begins with similar numbers for small seeds
        this.faults = kind.nextBoolean() ? faults : StorageFaults.NONE;
        this.openers = openers;
        this.disturbance = DISTURBANCES[kind.nextInt(DISTURBANCES.length)];
        double losses = kind.nextBoolean() ? METADATA_LOSSES : 0;
        this.shared = new WalOpener.Shared(
                world, wal.create(world), new WalMetadata(simulator, losses), history, order, eager);
    }

    long trace() {
        return simulator.trace();
    }

    SortedMap<String, Integer> run() {
        try {
            for (int i = 0; i < openers; i++) {
                world.faults(faults);
                play(start());
            }
            endInPeace();
        } catch (WalViolation e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            WalViolation violation = new WalViolation(simulator.seed(), "seed " + simulator.seed() + ": " + e);
            violation.initCause(e);
            throw violation;
        }
        return simulator.counts();
    }

    private WalOpener start() {
        if (shared.wal().fencing() == WalFencing.LOCK && simulator.chance(0.8)) {
            started.forEach(this::kill);
        }
        SimNode node = new SimNode(simulator, "opener" + started.size(), step -> false);
        WalOpener opener = new WalOpener(shared, node);
        node.watch(step -> disturb(opener, step));
        started.add(opener);
        opener.begin();
        return opener;
    }

    private void kill(WalOpener opener) {
        if (!opener.isOver()) {
            opener.node().crash();
        }
    }

    /**
     * Lets an opener run for a while. Then kills, pauses or closes it, or leaves it running while the next one begins.
     */
    private void play(WalOpener opener) {
        boolean interrupted = simulator.chance(0.3);
        int frames = simulator.random().nextInt(40);
        int events = interrupted ? 20 + simulator.random().nextInt(600) : 8000;
        runUntil(() -> opener.isOver() || opener.node().isPaused() || opener.ackedFrames() >= frames, events);
        if (opener.isOver() || opener.node().isPaused()) {
            return;
        }
        switch (simulator.random().nextInt(5)) {
            case 0 -> kill(opener);
            case 1, 2 -> pause(opener);
            case 3 -> {
                opener.close();
                runUntil(opener::isOver, 2000);
            }
            default -> simulator.count("left running");
        }
    }

    /** Disturbs an opener at a step of the opener or its WAL, or at an operation on a medium. */
    private void disturb(WalOpener opener, String step) {
        opener.reached(step);
        if (inPeace) {
            return;
        }
        int times = seen.merge(step, 1, Integer::sum);
        if (!simulator.chance(times <= 2 ? 3 * disturbance : disturbance)) {
            return;
        }
        double dice = simulator.random().nextDouble();
        if (dice < 0.55) {
            simulator.count("pause at " + step);
            pause(opener);
        } else if (dice < 0.75) {
            simulator.count("crash at " + step);
            opener.node().crash();
        } else {
            simulator.count("slow from " + step);
            opener.node().slow(2 + simulator.random().nextInt(20));
        }
    }

    private void pause(WalOpener opener) {
        opener.node().pause();
        long millis = 1L << simulator.random().nextInt(12);
        simulator.after(
                millis * 1_000_000 + simulator.random().nextInt(1_000_000),
                "resume",
                () -> opener.node().resume());
    }

    /** Ends the history without faults. The node must open, write and close, even while older openers still run. */
    private void endInPeace() {
        inPeace = true;
        world.faults(StorageFaults.NONE);
        if (shared.wal().fencing() == WalFencing.SHARED) { // an opener that registers late is valid
            runUntil(() -> started.stream().allMatch(opener -> opener.isWriting() || opener.isOver()), MAX_EVENTS);
        }
        WalOpener last = openInPeace();
        int frames = last.ackedFrames() + 10;
        runUntil(() -> last.ackedFrames() >= frames || last.isOver(), MAX_EVENTS);
        last.close();
        runUntil(last::isOver, MAX_EVENTS);
        if (!last.isOver() || last.failure() != null) {
            throw violation("the last opener did not close: " + last.failure());
        }
        WalOpener after = openInPeace();
        after.close();
        runUntil(() -> started.stream().allMatch(WalOpener::isOver), MAX_EVENTS);
        if (!started.stream().allMatch(WalOpener::isOver)) {
            throw violation("superseded openers did not end: "
                    + started.stream()
                            .filter(opener -> !opener.isOver())
                            .map(WalOpener::toString)
                            .toList());
        }
    }

    private WalOpener openInPeace() {
        @Nullable Throwable latest = null;
        for (int i = 0; i < LAST_OPENERS; i++) {
            if (shared.wal().fencing() == WalFencing.LOCK) {
                started.forEach(this::kill);
            }
            WalOpener opener = start();
            runUntil(() -> opener.isWriting() || opener.isOver(), MAX_EVENTS);
            if (opener.isWriting()) {
                return opener;
            }
            if (!opener.isOver()) {
                throw violation("an opening did not end: " + opener);
            }
            latest = opener.failure();
        }
        throw violation("the node could not be opened, although there were no faults: " + latest);
    }

    private void runUntil(BooleanSupplier condition, int maxEvents) {
        for (int i = 0; i < maxEvents && !condition.getAsBoolean() && simulator.runNext(); i++) {
            if (history.violation() != null) {
                throw violation(null);
            }
        }
        if (history.violation() != null) {
            throw violation(null);
        }
    }

    private WalViolation violation(@Nullable String what) {
        if (what != null) {
            history.violated(what);
        }
        return new WalViolation(simulator.seed(), "" + history.violation());
    }
}
