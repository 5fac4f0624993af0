package io.s3stream.core.metadata.log;

import java.util.HashSet;
import java.util.Set;

/**
 * When this client changes the head, so that all who want to get their turn. Whoever has just changed it knows its version and
 * would win every time; so it lets the others go first, the longer the more there are, if the register is busy; what is
 * submitted meanwhile goes into one batch. Whoever lost goes on at once, or nearly so. A client that is alone learns nothing of
 * others that always lose against it, and leaves a gap now and then in which one of them wins.
 *
 * <p>Owner of what is known of the others: how many, how often they commit, and how long a compare-and-set takes. Times are
 * nanoseconds. For the metadata's serial context.
 */
final class CommitPacer {

    /** So many batches in a row without a gap. */
    private static final int LONGEST_RUN = 8;
    /** What a compare-and-set and the read before it take, in compare-and-sets, as far as others have to wait for it. */
    private static final double TURN = 2.2;
    /** Longer than reading and setting: whoever tries again and again wins in it. */
    private static final double GAP = 2.5;
    /** Of a register's time, from which on to wait, and from which on to wait a whole round. */
    private static final double IDLE_ENOUGH = 0.3;

    private static final double BUSY = 0.7;
    private static final int MOST_TURNS = 3;
    /** Likelier than this, the head has changed: to read it first costs less than to fail. */
    private static final double LIKELY_CHANGES = 0.7;
    /** How many round trips one observation of the others lasts at least. */
    private static final int OBSERVED = 4;

    private final Set<Integer> others = new HashSet<>();
    private double roundTrip;
    private double changesPerNano;
    private int seen;
    private long observedSince;
    private long headAt;
    private long lastWin;
    private int run;
    private int contenders;

    CommitPacer(long now) {
        this.observedSince = now;
        this.headAt = now;
        this.lastWin = now;
    }

    /** A batch of another client was read. */
    void saw(int nodeId) {
        seen++;
        others.add(nodeId);
    }

    /** The head was read, or set: what is known is from now. */
    void headKnown(long now) {
        headAt = now;
        long length = now - observedSince;
        if (length > 0 && length >= OBSERVED * roundTrip) {
            changesPerNano = (changesPerNano + (double) seen / length) / 2;
            seen = 0;
            observedSince = now;
        }
    }

    /** A compare-and-set was answered after so long. */
    void answered(long nanos) {
        roundTrip = roundTrip == 0 ? nanos : roundTrip * 0.875 + nanos * 0.125;
    }

    /** This client's batch is in the head. */
    void won(long now) {
        run = now - lastWin > 2 * GAP * roundTrip ? 1 : run + 1;
        lastWin = now;
        // Nobody seen for a while is not nobody there: who loses all the time is not seen.
        int fewer = contenders / 4 + (others.isEmpty() && run >= LONGEST_RUN ? 1 : 0);
        contenders = Math.max(others.size(), Math.max(0, contenders - fewer));
        others.clear();
        headKnown(now);
    }

    /**
     * How long from now until the next batch may begin.
     *
     * @param random drawn anew each time
     */
    long untilBatch(long now, long random) {
        double wait = roundTrip * TURN * contenders * pressure() * (0.5 + fraction(random));
        if (run >= LONGEST_RUN) {
            run = 0;
            wait = Math.max(wait, GAP * roundTrip);
        }
        return Math.max(0, lastWin + (long) wait - now);
    }

    /** Whether the head has probably changed. */
    boolean isHeadOld(long now) {
        return (now - headAt) * changesPerNano > LIKELY_CHANGES;
    }

    /** How long to wait after so many conflicts in one batch. */
    long afterConflict(int conflicts, long random) {
        return conflicts <= 1 ? 0 : (long) (roundTrip * TURN * Math.min(conflicts - 1, MOST_TURNS) * fraction(random));
    }

    /** 0: the register has time; 1: each has to wait for all others. */
    private double pressure() {
        double busy = changesPerNano * roundTrip * TURN;
        return Math.min(1, Math.max(0, (busy - IDLE_ENOUGH) / (BUSY - IDLE_ENOUGH)));
    }

    private static double fraction(long random) {
        return (random >>> 11) * 0x1.0p-53;
    }
}
