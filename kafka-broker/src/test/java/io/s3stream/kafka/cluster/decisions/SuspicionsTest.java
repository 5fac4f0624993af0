package io.s3stream.kafka.cluster.decisions;

import static io.s3stream.kafka.cluster.decisions.Suspicions.REFUSED_NANOS;
import static io.s3stream.kafka.cluster.decisions.Suspicions.RETRY_NANOS;
import static io.s3stream.kafka.cluster.decisions.Suspicions.TURN_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.cluster.decisions.Member.Phase;
import io.s3stream.kafka.cluster.decisions.Suspicions.TakeOver;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspicionsTest {

    private static final List<Member> MEMBERS = List.of(member(0, 5), member(1, 7), member(2, 9));

    @Test
    void lowestLiveBrokerTakesOverFirst() {
        Suspicions lowest = new Suspicions(0);
        Suspicions next = new Suspicions(1);
        lowest.silent(2, 9, 0);
        next.silent(2, 9, 0);
        assertThat(lowest.due(MEMBERS, 0)).containsExactly(new TakeOver(2, 9));
        assertThat(next.due(MEMBERS, TURN_NANOS - 1)).isEmpty();
        assertThat(next.due(MEMBERS, TURN_NANOS)).containsExactly(new TakeOver(2, 9));
    }

    @Test
    void suspectedBrokersHaveNoTurn() {
        Suspicions last = new Suspicions(2);
        last.silent(0, 5, 0);
        last.silent(1, 7, 0);
        assertThat(last.due(MEMBERS, 0)).containsExactlyInAnyOrder(new TakeOver(0, 5), new TakeOver(1, 7));
    }

    @Test
    void refusalWaitsForSocketThatIsBeingOpened() {
        Suspicions suspicions = new Suspicions(0);
        suspicions.refused(1, 7, 0);
        assertThat(suspicions.due(MEMBERS, REFUSED_NANOS - 1)).isEmpty();
        suspicions.refused(1, 7, REFUSED_NANOS - 1); // a later refusal does not prolong the wait
        assertThat(suspicions.nextDue(MEMBERS)).isEqualTo(REFUSED_NANOS);
        assertThat(suspicions.due(MEMBERS, REFUSED_NANOS)).hasSize(1);
    }

    @Test
    void brokerThatAnswersIsNotTakenOver() {
        Suspicions suspicions = new Suspicions(0);
        suspicions.refused(1, 7, 0);
        suspicions.accepted(1, 7);
        assertThat(suspicions.due(MEMBERS, REFUSED_NANOS)).isEmpty();
        assertThat(suspicions.nextDue(MEMBERS)).isNull();
    }

    /** The store tells a silence once, so an accepted connection must not end the suspicion. */
    @Test
    void silentBrokerThatAcceptsConnectionsIsTakenOver() {
        Suspicions suspicions = new Suspicions(0);
        suspicions.refused(1, 7, 0);
        suspicions.silent(1, 7, 0);
        suspicions.accepted(1, 7);
        assertThat(suspicions.due(MEMBERS, 0)).containsExactly(new TakeOver(1, 7));
        suspicions.alive(1);
        assertThat(suspicions.due(MEMBERS, RETRY_NANOS)).isEmpty();
    }

    @Test
    void connectionToOlderProcessSaysNothingAboutNewerOne() {
        Suspicions suspicions = new Suspicions(0);
        suspicions.refused(1, 7, 0);
        suspicions.accepted(1, 6);
        assertThat(suspicions.due(MEMBERS, REFUSED_NANOS)).containsExactly(new TakeOver(1, 7));
    }

    @Test
    void newerProcessOfNodeIsNotSuspectedForOlderOne() {
        Suspicions suspicions = new Suspicions(0);
        suspicions.silent(1, 6, 0);
        assertThat(suspicions.due(MEMBERS, 0)).isEmpty();
        suspicions.silent(1, 7, 0);
        suspicions.silent(1, 6, 0); // a late word about the older one
        assertThat(suspicions.due(MEMBERS, 0)).containsExactly(new TakeOver(1, 7));
    }

    @Test
    void takeOverIsRepeatedUntilMemberIsGone() {
        Suspicions suspicions = new Suspicions(0);
        suspicions.silent(1, 7, 0);
        assertThat(suspicions.due(MEMBERS, 0)).hasSize(1);
        assertThat(suspicions.due(MEMBERS, RETRY_NANOS - 1)).isEmpty();
        assertThat(suspicions.due(MEMBERS, RETRY_NANOS)).hasSize(1);
        assertThat(suspicions.due(List.of(member(0, 5)), 3 * RETRY_NANOS)).isEmpty();
        assertThat(suspicions.due(MEMBERS, 4 * RETRY_NANOS)).isEmpty();
    }

    private static Member member(int id, long epoch) {
        return new Member(id, epoch, 1, Phase.READY);
    }
}
