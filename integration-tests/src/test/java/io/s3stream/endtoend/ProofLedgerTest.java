package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The ledger accepts every possible history, in any order of its lines, and rejects all others. */
class ProofLedgerTest {

    private final ProofLedger ledger = new ProofLedger();

    @Test
    void twoWritersInSequenceAreAcceptedInAnyLineOrder() {
        accept("own s 2 20 0 7", "read s 3 1 0 7 2 7 9", "own s 1 10 0 0", "ack s 2 7 9");
        accept("ack s 1 3 5", "ack s 1 0 3", "trimming s 2 4", "trimmed s 2 4", "closed s 2 9");
        ledger.finish("s", 4, 9);
        assertThatCode(ledger::assertPossible).doesNotThrowAnyException();
    }

    @Test
    void acknowledgedRecordMissingForNextWriterIsRejected() {
        accept("own s 1 10 0 0", "ack s 1 0 3", "own s 2 20 0 2");
        refused("acknowledged up to 3");
    }

    @Test
    void acknowledgementOfFormerOwnerIsRejected() {
        accept("own s 1 10 0 0", "own s 2 20 0 2", "ack s 1 0 2", "ack s 1 2 3");
        refused("acknowledged up to 3");
    }

    @Test
    void offsetAcknowledgedTwiceIsRejected() {
        accept("own s 1 10 0 0", "ack s 1 0 2", "ack s 1 0 2");
        refused("again");
    }

    @Test
    void epochOfTwoWritersIsRejected() {
        accept("own s 1 10 0 0", "own s 2 10 0 0");
        refused("two writers have epoch 10");
    }

    @Test
    void recordsOutsideTheirWritersPartAreRejected() {
        accept("own s 1 10 0 0", "own s 2 20 0 5", "read s 1 1 4 6");
        refused("read up to 6");
        accept("read s 1 2 4 6");
        refused("before the beginning");
    }

    @Test
    void recordsOfWriterWithoutOpeningAreRejected() {
        accept("own s 1 10 0 0", "read s 1 2 0 1");
        ledger.finish("s", 0, 1);
        refused("never had it");
    }

    @Test
    void closeBeforeEndIsRejected() {
        accept("own s 1 10 0 0", "closed s 1 4", "own s 2 20 0 5");
        refused("closed at 4");
    }

    @Test
    void lostOrUnrequestedTrimIsRejected() {
        accept("own s 1 10 0 0", "ack s 1 0 9", "trimming s 1 4", "trimmed s 1 4", "own s 2 20 3 9");
        refused("trimmed to 4");
        ledger.finish("s", 5, 9);
        refused("begins at 5");
    }

    @Test
    void tooEarlyOrUnwrittenEndIsRejected() {
        accept("own s 1 10 0 0", "ack s 1 0 9");
        ledger.finish("s", 0, 8);
        refused("acknowledged up to 9, ends at 8");
        ledger.finish("s", 0, 10);
        refused("ends at 10, written to 9");
    }

    @Test
    void groupIsThereCompletelyOrNotAtAll() {
        accept("own s 1 10 0 0", "own t 2 20 0 0", "together s 1 0 3 t 2 0 2", "ack s 1 0 3", "ack t 2 0 2");
        accept("together s 1 3 5 t 2 2 6", "own s 3 30 0 3");
        ledger.finish("s", 0, 3);
        ledger.finish("t", 0, 2);
        ledger.finishTogether();
        assertThatCode(ledger::assertPossible).doesNotThrowAnyException();
    }

    @Test
    void partOfGroupIsRejected() {
        accept("own s 1 10 0 0", "own t 2 20 0 0", "together s 1 0 3 t 2 0 2", "own s 3 30 0 3", "own t 4 40 0 0");
        ledger.finish("s", 0, 3);
        ledger.finish("t", 0, 0);
        ledger.finishTogether();
        refused("there is only");
    }

    @Test
    void bugReportedByProcessIsRejected() {
        accept("bug s1: java.lang.AssertionError");
        refused("bug s1");
    }

    private void accept(String... lines) {
        for (String line : lines) {
            ledger.accept(1, line);
        }
    }

    private void refused(String why) {
        assertThatThrownBy(ledger::assertPossible).hasMessageContaining(why);
    }
}
