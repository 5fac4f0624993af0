package io.s3stream.simulation.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Handwritten histories: possible ones, and impossible ones for the checker to refuse. */
class LinearCheckerTest {

    private static final Holder FIRST = new Holder(1, 0, 1);
    private static final Holder SECOND = new Holder(2, 1, 2);
    private static final Holder READER = new Holder(3, 2, 3);
    private static final Batch A = new Batch(0, 2, 11);
    private static final Batch B = new Batch(2, 3, 22);

    private final OperationLog log = new OperationLog();

    private void opened(Holder holder, long epoch, long start, long end) {
        log.done(log.begin(new Operation.OpenUnheard(holder)), new Operation.Open(holder, epoch, start, end, false));
    }

    private OperationLog.Call append(Holder holder, Batch batch) {
        return log.begin(new Operation.Append(holder, batch));
    }

    private void appended(Holder holder, Batch batch) {
        log.done(append(holder, batch));
    }

    private void read(Holder holder, boolean isOwner, long from, Batch... batches) {
        log.saw(new Operation.Fetch(holder, isOwner, from, List.of(batches)));
    }

    private void closed(Holder holder) {
        log.done(log.begin(new Operation.Close(holder)));
    }

    private void isRight() {
        assertThat(LinearChecker.check(log)).isEqualTo(LinearChecker.Verdict.LINEARIZABLE);
    }

    private void isWrong() {
        assertThatThrownBy(() -> LinearChecker.check(log)).isInstanceOf(NotLinearizableException.class);
    }

    @Test
    void appendedBatchesAreRead() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        appended(FIRST, B);
        read(FIRST, true, 0, A, B);
        read(FIRST, true, 3);
        closed(FIRST);
        opened(SECOND, 2, 0, 3);
        read(SECOND, true, 1, A, B);
        isRight();
    }

    @Test
    void appendsInFlightMayBeSeenBeforeTheirAnswer() {
        opened(FIRST, 1, 0, 0);
        OperationLog.Call a = append(FIRST, A);
        OperationLog.Call b = append(FIRST, B);
        log.saw(new Operation.End(FIRST, true, 2));
        log.saw(new Operation.End(FIRST, true, 3));
        log.done(b);
        log.done(a);
        isRight();
    }

    @Test
    void lostAppendIsRefused() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        appended(FIRST, B);
        closed(FIRST);
        opened(SECOND, 2, 0, 2);
        isWrong();
    }

    @Test
    void reorderedAppendsAreRefused() {
        opened(FIRST, 1, 0, 0);
        OperationLog.Call a = append(FIRST, A);
        OperationLog.Call other = append(FIRST, new Batch(0, 1, 33));
        log.done(a);
        log.done(other);
        isWrong();
    }

    @Test
    void holeIsRefused() {
        opened(FIRST, 1, 0, 0);
        log.notDone(append(FIRST, A));
        OperationLog.Call b = append(FIRST, new Batch(3, 4, 33));
        log.done(b);
        isWrong();
    }

    @Test
    void staleReadByOwnerIsRefused() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        appended(FIRST, B);
        log.saw(new Operation.End(FIRST, true, 2));
        isWrong();
    }

    @Test
    void tooEarlyEndForOwnerIsRefused() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        read(FIRST, true, 0);
        isWrong();
    }

    @Test
    void readersAndFormerOwnersMayLag_R35() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        log.done(log.begin(new Operation.Fence(0, -1)));
        opened(SECOND, 2, 0, 2);
        appended(SECOND, B);
        read(READER, false, 0, A);
        log.saw(new Operation.End(READER, false, 2));
        log.saw(new Operation.End(FIRST, true, 2));
        read(FIRST, true, 2);
        isRight();
    }

    @Test
    void otherBytesAreRefusedForAnyReader() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        read(READER, false, 0, new Batch(0, 2, 12));
        isWrong();
    }

    @Test
    void phantomBytesAreRefused() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        read(READER, false, 0, A, B);
        isWrong();
    }

    @Test
    void batchLeftOutInMiddleIsRefused() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        appended(FIRST, B);
        Batch last = new Batch(3, 4, 33);
        appended(FIRST, last);
        read(READER, false, 0, A, last);
        isWrong();
    }

    @Test
    void acknowledgementsByTwoOwnersAreRefused() {
        opened(FIRST, 1, 0, 0);
        log.begin(new Operation.Fence(0, 9));
        opened(SECOND, 2, 0, 0);
        appended(SECOND, A);
        appended(FIRST, B);
        isWrong();
    }

    @Test
    void appendInFlightAtFencingIsThereOrNot() {
        for (boolean isThere : new boolean[] {true, false}) {
            OperationLog each = new OperationLog();
            each.done(each.begin(new Operation.OpenUnheard(FIRST)), new Operation.Open(FIRST, 1, 0, 0, false));
            each.begin(new Operation.Append(FIRST, A));
            each.done(each.begin(new Operation.Fence(0, -1)));
            each.done(
                    each.begin(new Operation.OpenUnheard(SECOND)),
                    new Operation.Open(SECOND, 2, 0, isThere ? 2 : 0, false));
            Batch next = isThere ? B : A;
            each.done(each.begin(new Operation.Append(SECOND, next)));
            each.saw(new Operation.Fetch(SECOND, true, 0, isThere ? Arrays.asList(A, B) : List.of(A)));
            assertThat(LinearChecker.check(each)).isEqualTo(LinearChecker.Verdict.LINEARIZABLE);
        }
    }

    @Test
    void seenBatchCannotDisappear() {
        opened(FIRST, 1, 0, 0);
        append(FIRST, A);
        log.done(log.begin(new Operation.Fence(0, -1)));
        opened(SECOND, 2, 0, 2);
        closed(SECOND);
        opened(new Holder(4, 2, 4), 3, 0, 0);
        isWrong();
    }

    @Test
    void appendReportedAsNotWrittenIsNotSeen() {
        opened(FIRST, 1, 0, 0);
        OperationLog.Call a = append(FIRST, A);
        log.saw(new Operation.End(FIRST, true, 2));
        log.notDone(a);
        isWrong();
    }

    @Test
    void openStreamOpensOnlyAfterFencingOfItsOwner_R15() {
        opened(FIRST, 1, 0, 0);
        opened(SECOND, 2, 0, 0);
        isWrong();
    }

    @Test
    void unansweredFenceMayHaveStruckBeforeItsExpiry() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        OperationLog.Call lost = append(FIRST, B);
        OperationLog.Call fence = log.begin(new Operation.Fence(0, -1));
        log.expired(fence);
        opened(SECOND, 2, 0, 3);
        read(SECOND, true, 0, A, B);
        isRight();
        log.done(lost);
        isRight();
    }

    @Test
    void fenceThatFoundNothingSparesOpeningsBeforeItsAnswer() {
        OperationLog.Call fence = log.begin(new Operation.Fence(0, -1));
        opened(FIRST, 1, 0, 0);
        log.done(fence);
        appended(FIRST, A);
        isRight();
    }

    @Test
    void laterFenceSparesNoOpening() {
        opened(FIRST, 1, 0, 0);
        OperationLog.Call fence = log.begin(new Operation.Fence(0, -1));
        appended(FIRST, A);
        log.done(fence);
        appended(FIRST, B);
        isWrong();
    }

    @Test
    void expiredFenceDoesNotStrike() {
        OperationLog.Call fence = log.begin(new Operation.Fence(0, -1));
        log.expired(fence);
        opened(FIRST, 1, 0, 0);
        opened(SECOND, 2, 0, 0);
        isWrong();
    }

    @Test
    void expiredFenceTookOpenStreamsOfItsTimeOrNothing() {
        opened(FIRST, 1, 0, 0);
        OperationLog.Call fence = log.begin(new Operation.Fence(0, -1));
        log.expired(fence);
        opened(SECOND, 2, 0, 0);
        closed(SECOND);
        opened(new Holder(4, 0, 4), 3, 0, 0);
        opened(new Holder(5, 1, 2), 4, 0, 0);
        isWrong();
    }

    @Test
    void unansweredOpeningMayHaveHappenedBeforeItsExpiry() {
        OperationLog.Call unheard = log.begin(new Operation.OpenUnheard(SECOND));
        OperationLog.Call append = append(SECOND, A);
        log.expired(unheard);
        log.done(append);
        isRight();
    }

    private void sealed(Holder holder) {
        log.done(log.begin(new Operation.Seal(holder)));
    }

    @Test
    void nothingIsAppendedAfterASeal() {
        opened(FIRST, 1, 0, 0);
        sealed(FIRST);
        appended(FIRST, A);
        isWrong();
    }

    @Test
    void aSealOfAnotherOwnerIsRefused() {
        opened(FIRST, 1, 0, 0);
        sealed(SECOND);
        isWrong();
    }

    @Test
    void theNextOwnerSeesASealThatWasAnswered() {
        opened(FIRST, 1, 0, 0);
        sealed(FIRST);
        closed(FIRST);
        opened(SECOND, 2, 0, 0);
        isWrong();
    }

    @Test
    void epochsGrow() {
        opened(FIRST, 2, 0, 0);
        closed(FIRST);
        opened(SECOND, 2, 0, 0);
        isWrong();
    }

    @Test
    void answeredTrimIsSeenByNextOwner() {
        opened(FIRST, 1, 0, 0);
        appended(FIRST, A);
        log.done(log.begin(new Operation.Trim(FIRST, 1)));
        closed(FIRST);
        opened(SECOND, 2, 0, 2);
        isWrong();
    }

    @Test
    void manyAppendsInFlightAreChecked() {
        opened(FIRST, 1, 0, 0);
        OperationLog.Call[] calls = new OperationLog.Call[200];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = append(FIRST, new Batch(i, i + 1, i));
        }
        for (int i = 0; i < 20; i++) {
            log.begin(new Operation.Fence(0, 7 + i));
        }
        for (int i = calls.length - 1; i >= 0; i--) {
            log.done(calls[i]);
        }
        isRight();
    }
}
