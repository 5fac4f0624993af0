package io.s3stream.testkit.wal.scenario;

import io.s3stream.testkit.sim.StorageFaults;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Opens a node id again and again, in virtual time. Each opener recovers the acknowledged frames of the openers before
 * it, in the order of the engine, and writes. It writes until it is killed, paused, slowed down or closed. A pause may
 * happen at any step and last for any time, while newer openers run. A history that breaks the contract throws
 * {@link WalViolation}, whose message names the seed.
 *
 * <p>In a WAL that is fenced by a lock, a paused opener holds the lock. Other openers are refused until it is killed or
 * closed.
 *
 * <p>Immutable. The methods named like settings return a changed copy.
 */
public final class WalScenario {

    private static final StorageFaults USUAL_FAULTS = new StorageFaults(0.02, 0.02, 0.02, 0.02);

    private final SimulatedWal.Factory wal;
    private final WalOpeningOrder order;
    private final StorageFaults faults;
    private final int openers;
    private final boolean eager;

    /** The first seed at which a mutant broke the contract, and the violation. */
    public record Caught(int seedsTried, long seed, String violation) {}

    /** Creates a scenario with the right opening order, usual faults in half of the seeds, and ten openers. */
    public WalScenario(SimulatedWal.Factory wal) {
        this(wal, WalOpeningOrder.RIGHT, USUAL_FAULTS, 10, false);
    }

    private WalScenario(
            SimulatedWal.Factory wal, WalOpeningOrder order, StorageFaults faults, int openers, boolean eager) {
        this.wal = wal;
        this.order = order;
        this.faults = faults;
        this.openers = openers;
        this.eager = eager;
    }

    /** Returns a scenario with another WAL, for example a broken one. */
    public WalScenario wal(SimulatedWal.Factory other) {
        return new WalScenario(other, order, faults, openers, eager);
    }

    /** Returns a scenario with another opening order: see {@link BrokenOpeningOrders}. */
    public WalScenario order(WalOpeningOrder other) {
        return new WalScenario(wal, other, faults, openers, eager);
    }

    /** Returns a scenario with these faults in half of the seeds, and none in the others. */
    public WalScenario faults(StorageFaults other) {
        return new WalScenario(wal, order, other, openers, eager);
    }

    /** Returns a scenario with another number of openers. The last openers, without faults, are not counted. */
    public WalScenario openers(int other) {
        return new WalScenario(wal, order, faults, other, eager);
    }

    /**
     * Returns a scenario in which half of the openers register their own generation before they fence older ones. So
     * several generations are unsealed at a time. For WALs that can prepare a generation while others are not released.
     */
    public WalScenario eager() {
        return new WalScenario(wal, order, faults, openers, true);
    }

    /**
     * Runs the history of a seed.
     *
     * @return the counts of events, among them each pause, crash and fault by its step
     */
    public SortedMap<String, Integer> run(long seed) {
        return new WalCourse(seed, wal, order, faults, openers, eager).run();
    }

    /** Runs the histories of these seeds and returns the sums of their counts. */
    public SortedMap<String, Integer> run(long firstSeed, int seeds) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            run(seed).forEach((what, n) -> counts.merge(what, n, Integer::sum));
        }
        return counts;
    }

    /** Returns the trace of the history of a seed. The same seed gives the same trace. */
    public long trace(long seed) {
        WalCourse course = new WalCourse(seed, wal, order, faults, openers, eager);
        course.run();
        return course.trace();
    }

    /**
     * Runs seeds from 1 until a history breaks the contract, as a mutant must.
     *
     * @throws AssertionError if none of {@code max} seeds breaks it
     */
    public Caught seedsUntilCaught(int max) {
        for (int seed = 1; seed <= max; seed++) {
            try {
                run(seed);
            } catch (WalViolation e) {
                return new Caught(seed, seed, "" + e.getMessage());
            }
        }
        throw new AssertionError("not caught in " + max + " seeds");
    }

    /**
     * Shows that a mutant is caught because of its broken part: the seed that catches it gives a valid history with
     * this scenario's own WAL and order.
     *
     * @param mutant this scenario with one broken part
     */
    public Caught seedsUntilCaught(WalScenario mutant, int max) {
        Caught caught = mutant.seedsUntilCaught(max);
        run(caught.seed());
        return caught;
    }
}
