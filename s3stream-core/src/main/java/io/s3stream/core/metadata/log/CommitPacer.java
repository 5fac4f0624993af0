package io.s3stream.core.metadata.log;

import java.util.HashSet;
import java.util.Set;

/**
 * Decides when this client changes the head, so that all clients get their turn. The client that made the last change
 * already knows the head's version, so it would win every race. If the register is busy, it therefore waits for the
 * others, longer the more there are. Commands submitted during the wait form one batch. A client that lost a race
 * continues at once or after a short wait. A client that always wins sees no batch of the others. It leaves a gap now
 * and then, in which one of them wins.
 *
 * <p>Owns the estimates about the other clients: their number, their rate of commits, and the latency of a
 * compare-and-set. Times are nanoseconds. Confined to the metadata's serial context.
 */
final class CommitPacer {

    /** The maximum number of consecutive batches without a gap. */
    private static final int MAX_RUN = 8;
    /**
     * The cost of a turn, in compare-and-sets: the compare-and-set and the read before it, as far as others must wait.
     */
    private static final double TURN = 2.2;
    /** Longer than a read and a compare-and-set, so that a client that retries all the time wins in it. */
    private static final double GAP = 2.5;
    /** Shares of the register's time: below the first no client waits; from the second on each waits a whole round. */
    private static final double IDLE_ENOUGH = 0.3;

    private static final double BUSY = 0.7;
    private static final int MAX_TURNS = 3;
    /** A single latency counts at most as this multiple of the estimate. */
    private static final double MAX_RISE = 2;
    /** Above this probability that the head has changed, reading it first costs less than failing. */
    private static final double LIKELY_CHANGES = 0.7;
    /** The minimum length of an observation of the others, in round trips. */
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

    /** Records that a batch of another client was read. */
    void saw(int nodeId) {
        seen++;
        others.add(nodeId);
    }

    /** Records that the head was read or set at this time. */
    void headKnown(long now) {
        headAt = now;
        long length = now - observedSince;
        if (length > 0 && length >= OBSERVED * roundTrip) {
            changesPerNano = (changesPerNano + (double) seen / length) / 2;
            seen = 0;
            observedSince = now;
        }
    }

    /**
     * Records the latency of a compare-and-set. The estimate falls at once and rises slowly, because it stands for the turn of
     * another client. A slow request of this client delays no other one. An estimate that follows slow requests makes each
     * later commit wait for seconds, and a heartbeat that waits makes the node look dead.
     */
    void answered(long nanos) {
        if (roundTrip == 0 || nanos < roundTrip) {
            roundTrip = nanos;
        } else {
            roundTrip += (Math.min(nanos, MAX_RISE * roundTrip) - roundTrip) / 8;
        }
    }

    /** Records that this client's batch is in the head. */
    void won(long now) {
        run = now - lastWin > 2 * GAP * roundTrip ? 1 : run + 1;
        lastWin = now;
        // Other clients may exist although none was seen: a client that loses every race is invisible.
        int fewer = contenders / 4 + (others.isEmpty() && run >= MAX_RUN ? 1 : 0);
        contenders = Math.max(others.size(), Math.max(0, contenders - fewer));
        others.clear();
        headKnown(now);
    }

    /**
     * Returns the wait before the next batch may begin.
     *
     * @param random drawn anew each time
     */
    long untilBatch(long now, long random) {
        double wait = roundTrip * TURN * contenders * pressure() * (0.5 + fraction(random));
        if (run >= MAX_RUN) {
            run = 0;
            wait = Math.max(wait, GAP * roundTrip);
        }
        return Math.max(0, lastWin + (long) wait - now);
    }

    /** Returns whether the head has probably changed. */
    boolean isHeadOld(long now) {
        return (now - headAt) * changesPerNano > LIKELY_CHANGES;
    }

    /** Returns the wait after this number of conflicts in one batch. */
    long afterConflict(int conflicts, long random) {
        return conflicts <= 1 ? 0 : (long) (roundTrip * TURN * Math.min(conflicts - 1, MAX_TURNS) * fraction(random));
    }

    /** Returns the load of the register: 0 means idle; 1 means that each client must wait for all others. */
    private double pressure() {
        double busy = changesPerNano * roundTrip * TURN;
        return Math.min(1, Math.max(0, (busy - IDLE_ENOUGH) / (BUSY - IDLE_ENOUGH)));
    }

    private static double fraction(long random) {
        return (random >>> 11) * 0x1.0p-53;
    }
}
