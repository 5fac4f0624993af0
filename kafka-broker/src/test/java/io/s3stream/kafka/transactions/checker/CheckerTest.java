package io.s3stream.kafka.transactions.checker;

import static io.s3stream.kafka.transactions.checker.HistoryBuilder.partition;
import static io.s3stream.kafka.transactions.checker.Outcome.ABORTED;
import static io.s3stream.kafka.transactions.checker.Outcome.COMMITTED;
import static io.s3stream.kafka.transactions.checker.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.transactions.checker.Anomaly.Kind;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Histories with an anomaly, each next to one without it. */
class CheckerTest {

    private final HistoryBuilder history = new HistoryBuilder();

    @Test
    void committedAndAbortedTransactionsInOrderAreClean() {
        history.transaction(COMMITTED, history.sent(0, 0, 1), history.sent(1, 0, 2))
                .transaction(ABORTED, history.sent(0, 2, 3))
                .transaction(UNKNOWN, history.sent(0, 4, 4), history.sent(1, 2, 5))
                .committedReading(0, 0, 6, new Read(0, 1), new Read(4, 4))
                .committedReading(1, 0, 4, new Read(0, 2), new Read(2, 5))
                .uncommittedReading(0, 0, 6, new Read(0, 1), new Read(2, 3), new Read(4, 4))
                .end(0, 6, 0)
                .end(1, 4, 0);
        assertThat(history.kinds()).isEmpty();
    }

    @Test
    void unknownTransactionThatWasAbortedIsClean() {
        history.transaction(UNKNOWN, history.sent(0, 0, 1), history.sent(1, 0, 2), history.unacknowledged(1, 3))
                .committedReading(0, 0, 2)
                .committedReading(1, 0, 2)
                .end(0, 2, 0)
                .end(1, 2, 0);
        assertThat(history.kinds()).isEmpty();
    }

    @Test
    void committedRecordThatReadersPassOverIsALostWrite() {
        history.transaction(COMMITTED, history.sent(0, 0, 1))
                .transaction(COMMITTED, history.sent(0, 2, 2))
                .committedReading(0, 0, 4, new Read(2, 2));
        assertThat(history.kinds()).containsExactly(Kind.LOST_WRITE);
    }

    @Test
    void committedRecordBehindTheEndOfTheLogIsALostWrite() {
        history.transaction(COMMITTED, history.sent(0, 0, 1))
                .transaction(COMMITTED, history.sent(0, 2, 2))
                .committedReading(0, 0, 2, new Read(0, 1))
                .end(0, 2, 0);
        assertThat(history.kinds()).containsExactly(Kind.LOST_WRITE);
    }

    @Test
    void committedRecordThatNoReaderHasReachedIsNotLost() {
        history.transaction(COMMITTED, history.sent(0, 0, 1))
                .transaction(COMMITTED, history.sent(0, 2, 2))
                .committedReading(0, 0, 2, new Read(0, 1));
        assertThat(history.kinds()).isEmpty();
    }

    @Test
    void acknowledgedRecordOfAnAbortedTransactionIsLostWithoutAnUncommittedRead() {
        history.transaction(ABORTED, history.sent(0, 0, 1)).uncommittedReading(0, 0, 2);
        assertThat(history.kinds()).containsExactly(Kind.LOST_WRITE);
    }

    @Test
    void recordOfAnAbortedTransactionIsAnAbortedRead() {
        history.transaction(ABORTED, history.sent(0, 0, 1)).committedReading(0, 0, 2, new Read(0, 1));
        assertThat(history.kinds()).containsExactly(Kind.ABORTED_READ);
    }

    @Test
    void unknownTransactionThatIsVisibleInOnePartitionOnlyIsTorn() {
        history.transaction(UNKNOWN, history.sent(0, 0, 1), history.sent(1, 0, 2))
                .committedReading(0, 0, 2, new Read(0, 1))
                .committedReading(1, 0, 2);
        assertThat(history.kinds()).containsExactly(Kind.TORN_TRANSACTION);
    }

    @Test
    void valueAtTwoOffsetsIsADuplicate() {
        history.transaction(COMMITTED, history.sent(0, 0, 1)).committedReading(0, 0, 3, new Read(0, 1), new Read(1, 1));
        assertThat(history.kinds()).containsExactly(Kind.DUPLICATE);
    }

    @Test
    void offsetThatFollowsAGreaterOneIsANonmonotonicPoll() {
        history.transaction(COMMITTED, history.sent(0, 0, 1), history.sent(0, 1, 2))
                .committedReading(0, 0, 3, new Read(1, 2), new Read(0, 1));
        assertThat(history.kinds()).containsExactly(Kind.NONMONOTONIC_POLL);
    }

    @Test
    void offsetThatIsDeliveredTwiceIsANonmonotonicPoll() {
        history.transaction(COMMITTED, history.sent(0, 0, 1)).committedReading(0, 0, 2, new Read(0, 1), new Read(0, 1));
        assertThat(history.kinds()).containsExactly(Kind.NONMONOTONIC_POLL);
    }

    @Test
    void recordThatOneReaderPassesOverIsASkippedOffset() {
        history.transaction(COMMITTED, history.sent(0, 0, 1), history.sent(0, 1, 2))
                .committedReading(0, 0, 3, new Read(0, 1), new Read(1, 2))
                .committedReading(0, 0, 3, new Read(1, 2));
        assertThat(history.kinds()).containsExactly(Kind.SKIPPED_OFFSET);
    }

    @Test
    void readingThatBeginsBehindARecordSkipsNothing() {
        history.transaction(COMMITTED, history.sent(0, 0, 1), history.sent(0, 1, 2))
                .committedReading(0, 0, 3, new Read(0, 1), new Read(1, 2))
                .committedReading(0, 1, 3, new Read(1, 2));
        assertThat(history.kinds()).isEmpty();
    }

    @Test
    void offsetWithTwoValuesIsInconsistent() {
        history.transaction(COMMITTED, history.sent(0, 0, 1))
                .transaction(COMMITTED, history.unacknowledged(0, 2))
                .committedReading(0, 0, 2, new Read(0, 1))
                .uncommittedReading(0, 0, 2, new Read(0, 2));
        assertThat(history.kinds()).contains(Kind.INCONSISTENT_OFFSET);
    }

    @Test
    void recordsInTheOtherOrderThanTheirCallsAreANonmonotonicSend() {
        Sent first = new Sent(partition(0), 1, History.NONE, false, 1, 1, 9);
        Sent second = new Sent(partition(0), 2, History.NONE, false, 0, 2, 9);
        history.transaction(COMMITTED, first, second);
        assertThat(history.kinds()).containsExactly(Kind.NONMONOTONIC_SEND);
    }

    @Test
    void recordBehindALaterOneOfAnotherProducerIsANonmonotonicSend() {
        history.transaction(COMMITTED, history.sent(0, 4, 1)).transaction(COMMITTED, history.sent(0, 2, 2));
        assertThat(history.kinds()).containsExactly(Kind.NONMONOTONIC_SEND);
    }

    @Test
    void valueThatNoClientSentIsAPhantom() {
        history.committedReading(0, 0, 2, new Read(0, 1));
        assertThat(history.kinds()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void valueInAnotherPartitionIsAPhantom() {
        history.transaction(COMMITTED, history.unacknowledged(1, 1)).committedReading(0, 0, 2, new Read(0, 1));
        assertThat(history.kinds()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void acknowledgedRecordOfAFencedProducerIsReported() {
        Instance old = history.instance("id");
        history.instance("id");
        history.transaction(old, ABORTED, Set.of(), Map.of(), history.sent(0, 0, 1));
        assertThat(history.kinds()).containsExactly(Kind.FENCED_PRODUCER);
    }

    @Test
    void commitOfAFencedProducerIsReported() {
        Instance old = history.instance("id");
        Sent sent = history.sent(0, 0, 1);
        history.instance("id");
        history.transaction(old, UNKNOWN, Set.of(), Map.of(), sent).committedReading(0, 0, 2, new Read(0, 1));
        assertThat(history.kinds()).containsExactly(Kind.FENCED_PRODUCER);
    }

    @Test
    void commitThatBeganBeforeTheNewInstanceWasInitialisedIsClean() {
        Instance old = history.instance("id");
        Sent sent = history.sent(0, 0, 1);
        long commitStart = history.now();
        history.instance("id");
        history.transaction(old, UNKNOWN, Set.of(), Map.of(), sent.invoked(), commitStart, History.NEVER, sent)
                .committedReading(0, 0, 2, new Read(0, 1));
        assertThat(history.kinds()).isEmpty();
    }

    @Test
    void committedOffsetThatShrinksIsARegression() {
        history.offsetRead(0, 3).offsetRead(0, 3).offsetRead(1, 1);
        assertThat(history.kinds()).isEmpty();
        history.offsetRead(0, 2);
        assertThat(history.kinds()).containsExactly(Kind.OFFSET_REGRESSION);
    }

    @Test
    void committedOffsetThatIsNotReadTearsItsTransaction() {
        history.transaction(history.instance("id"), COMMITTED, Set.of(), Map.of(partition(0), 2L))
                .offsetRead(0, 2);
        assertThat(history.kinds()).isEmpty();
        history.transaction(history.instance("id"), COMMITTED, Set.of(), Map.of(partition(0), 5L))
                .offsetRead(0, 2);
        assertThat(history.kinds()).containsExactly(Kind.TORN_TRANSACTION);
    }

    @Test
    void forwardedRecordBehindTheCommittedOffsetTearsItsTransaction() {
        forwardOnce().end(0, 2, 1).end(1, 2, 0);
        assertThat(history.kinds()).isEmpty();
        history.end(0, 2, 0);
        assertThat(history.kinds()).containsExactly(Kind.TORN_TRANSACTION);
    }

    private HistoryBuilder forwardOnce() {
        return history.transaction(COMMITTED, history.forwarded(0, 0, 1))
                .transaction(
                        history.instance("forwarder"),
                        COMMITTED,
                        Set.of(1L),
                        Map.of(partition(0), 1L),
                        history.copy(1, 0, 2, 1))
                .committedReading(0, 0, 2, new Read(0, 1))
                .committedReading(1, 0, 2, new Read(0, 2));
    }

    @Test
    void committedOffsetWithoutTheForwardedRecordTearsItsTransaction() {
        history.transaction(COMMITTED, history.forwarded(0, 0, 1))
                .committedReading(0, 0, 2, new Read(0, 1))
                .end(0, 2, 1);
        assertThat(history.kinds()).containsExactly(Kind.TORN_TRANSACTION);
    }

    @Test
    void recordThatIsForwardedTwiceIsADuplicate() {
        forwardOnce()
                .transaction(
                        history.instance("other"),
                        UNKNOWN,
                        Set.of(1L),
                        Map.of(partition(0), 1L),
                        history.copy(1, 2, 3, 1))
                .committedReading(1, 2, 4, new Read(2, 3))
                .end(0, 2, 1);
        assertThat(history.kinds()).containsExactly(Kind.DUPLICATE);
    }

    @Test
    void endThatNoReaderReachesIsUnseen() {
        history.transaction(UNKNOWN, history.sent(0, 0, 1))
                .committedReading(0, 0, 0)
                .end(0, 1, 0);
        assertThat(history.kinds()).containsExactly(Kind.UNSEEN);
    }
}
