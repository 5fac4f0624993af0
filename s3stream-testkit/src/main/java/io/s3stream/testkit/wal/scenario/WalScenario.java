package io.s3stream.testkit.wal.scenario;

import io.s3stream.testkit.sim.StorageFaults;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One node id, opened again and again, in virtual time: each opener recovers what the ones before it acknowledged, in the
 * order that the engine keeps, and goes on writing until it is killed, paused at any step for any time while newer ones run,
 * slowed down or closed. A history that breaks the contract throws {@link WalViolation}, whose message names the seed.
 *
 * <p>Of a WAL fenced by a lock, an opener that is paused holds the lock, and others are refused until it is killed or closes.
 *
 * <p>Immutable; what the methods named like settings answer is a changed copy.
 */
public final class WalScenario {

    private static final StorageFaults USUAL_FAULTS = new StorageFaults(0.02, 0.02, 0.02, 0.02);

    private final SimulatedWal.Factory wal;
    private final WalOpeningOrder order;
    private final StorageFaults faults;
    private final int openers;
    private final boolean eager;

    /** The first seed of a mutant that broke the contract, and how. */
    public record Caught(int seedsTried, long seed, String violation) {}

    /** With the right opening order, usual faults in half of the seeds, and ten openers. */
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

    /** The same with another WAL, for example a broken one. */
    public WalScenario wal(SimulatedWal.Factory other) {
        return new WalScenario(other, order, faults, openers, eager);
    }

    /** The same with another opening order: see {@link BrokenOpeningOrders}. */
    public WalScenario order(WalOpeningOrder other) {
        return new WalScenario(wal, other, faults, openers, eager);
    }

    /** The same with a medium that misbehaves like this, in half of the seeds; in the others it does not. */
    public WalScenario faults(StorageFaults other) {
        return new WalScenario(wal, order, other, openers, eager);
    }

    /** The same with another number of openers; one more opens in peace at the end. */
    public WalScenario openers(int other) {
        return new WalScenario(wal, order, faults, other, eager);
    }

    /**
     * The same, where half of the openers register their own generation before they fence older ones, so that several are
     * unsealed at a time. For WALs that can prepare a generation while others are not released.
     */
    public WalScenario eager() {
        return new WalScenario(wal, order, faults, openers, true);
    }

    /**
     * Plays one history.
     *
     * @return how often what happened: each pause, crash and fault by the step that it hit, and more
     */
    public SortedMap<String, Integer> run(long seed) {
        return new WalCourse(seed, wal, order, faults, openers, eager).run();
    }

    /** Plays these seeds and adds up what happened. */
    public SortedMap<String, Integer> run(long firstSeed, int seeds) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            run(seed).forEach((what, n) -> counts.merge(what, n, Integer::sum));
        }
        return counts;
    }

    /** The trace of one history: equal for equal histories, so the same seed gives the same one. */
    public long trace(long seed) {
        WalCourse course = new WalCourse(seed, wal, order, faults, openers, eager);
        course.run();
        return course.trace();
    }

    /**
     * Plays seeds from 1 until one breaks the contract, which a mutant must.
     *
     * @throws AssertionError when none of {@code max} seeds does
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
     * Shows that a mutant is caught, and by what is wrong with it: the history of the seed that catches it is right for
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
