package io.s3stream.core.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitPacerTest {

    private static final long TRIP = 10_000_000;
    private static final long MAX_WAIT = 100 * TRIP;

    private final CommitPacer pace = new CommitPacer(0);
    private long now;

    private void win() {
        now += TRIP;
        pace.answered(TRIP);
        pace.won(now);
    }

    /** Batches of other nodes, read in a head some time after our own. */
    private void others(int nodes, long after) {
        now += after;
        for (int i = 0; i < nodes; i++) {
            pace.saw(100 + i);
        }
        pace.headKnown(now);
    }

    @Test
    void loneClientLeavesRareGapsAndDoesNotWait() {
        int gaps = 0;
        for (int i = 0; i < 80; i++) {
            win();
            long wait = pace.untilBatch(now, -1);
            gaps += wait > 0 ? 1 : 0;
            assertThat(wait).isLessThan(4 * TRIP);
            now += wait;
        }
        assertThat(gaps).isBetween(1, 12);
    }

    @Test
    void commitAfterPauseIsImmediate() {
        win();
        others(5, 5 * TRIP);
        win();
        now += MAX_WAIT;

        assertThat(pace.untilBatch(now, -1)).isZero();
    }

    @Test
    void winnerOnBusyRegisterLetsOthersGoFirst() {
        busyWith(9);
        win();

        assertThat(pace.untilBatch(now, 0)).isGreaterThan(9 * TRIP / 2);
        assertThat(pace.untilBatch(now, -1)).isLessThan(MAX_WAIT);
    }

    /** If all clients returned at the same time, one of them would win again. */
    @Test
    void clientThatYieldsReturnsAfterOthers() {
        busyWith(3);
        win();

        long shortest = pace.untilBatch(now, 0);
        assertThat(shortest).isGreaterThan(0);
        assertThat(pace.untilBatch(now, -1)).isGreaterThan(shortest + TRIP);
    }

    /** A client that always loses against this one stays invisible, and still exists. */
    @Test
    void othersUnseenForOneOrTwoWinsAreStillAwaited() {
        busyWith(3);
        win();
        win();

        assertThat(pace.untilBatch(now, 0)).isGreaterThan(3 * TRIP);
    }

    @Test
    void departedClientsAreSoonNotAwaited() {
        busyWith(9);
        for (int i = 0; i < 20; i++) {
            win();
            others(1, TRIP);
        }
        win();

        assertThat(pace.untilBatch(now, 0)).as("one is left").isGreaterThan(0);
        assertThat(pace.untilBatch(now, -1)).as("nine clients would take 30").isLessThan(10 * TRIP);
    }

    /** Each of the other clients commits between two wins of this client. */
    private void busyWith(int nodes) {
        for (int i = 0; i < 10; i++) {
            win();
            pace.untilBatch(now, 0);
            others(nodes, nodes * TRIP);
        }
    }

    /** The other clients do not take longer because a request of this one did. */
    @Test
    void slowRequestDoesNotLengthenWait() {
        busyWith(4);
        win();
        long usual = pace.untilBatch(now, -1);

        pace.answered(1000 * TRIP);

        assertThat(pace.untilBatch(now, -1)).isBetween(usual, 2 * usual);
    }

    @Test
    void waitIsUsualAfterSlowPhase() {
        busyWith(4);
        win();
        long usual = pace.untilBatch(now, -1);
        for (int i = 0; i < 50; i++) {
            pace.answered(50 * TRIP);
        }
        assertThat(pace.untilBatch(now, -1)).as("during the slow phase").isGreaterThan(10 * usual);

        pace.answered(TRIP);

        assertThat(pace.untilBatch(now, -1)).isEqualTo(usual);
    }

    @Test
    void firstRequestMayBeSlow() {
        pace.answered(1000 * TRIP);
        busyWith(4);
        win();

        assertThat(pace.untilBatch(now, -1)).isLessThan(20 * TRIP);
    }

    @Test
    void clientsThatRarelyCommitAreNotAwaited() {
        for (int i = 0; i < 10; i++) {
            win();
            others(50, 1000 * TRIP);
        }
        win();

        assertThat(pace.untilBatch(now, -1)).isZero();
    }

    @Test
    void probablyChangedHeadIsOld() {
        win();
        others(10, 10 * TRIP);
        assertThat(pace.isHeadOld(now)).isFalse();

        now += 10 * TRIP;

        assertThat(pace.isHeadOld(now)).isTrue();
    }

    @Test
    void loserRetriesAtOnceThenSoon() {
        win();

        assertThat(pace.afterConflict(1, -1)).isZero();
        for (int conflicts = 2; conflicts < 1000; conflicts++) {
            assertThat(pace.afterConflict(conflicts, -1)).isBetween(1L, 10 * TRIP);
        }
    }
}
