package io.s3stream.kafka.transactions.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.IsolationLevel;

/** Committed records are read, aborted ones are not, and transactions take effect as a whole. */
final class OutcomeCheck implements Check {

    @Override
    public Stream<Anomaly> anomalies(Evidence evidence) {
        List<Anomaly> found = new ArrayList<>();
        for (Transaction transaction : evidence.history().transactions()) {
            for (Sent sent : transaction.sends()) {
                checkLoss(evidence, transaction, sent, found);
                if (transaction.outcome() == Outcome.ABORTED && evidence.isVisible(sent.value())) {
                    found.add(new Anomaly(Anomaly.Kind.ABORTED_READ, "value " + sent.value() + " of " + transaction));
                }
            }
            List<Sent> visible = transaction.sends().stream()
                    .filter(sent -> evidence.isVisible(sent.value()))
                    .toList();
            List<Sent> hidden = transaction.sends().stream()
                    .filter(sent -> isLost(evidence, sent, IsolationLevel.READ_COMMITTED))
                    .toList();
            if (!visible.isEmpty() && !hidden.isEmpty()) {
                found.add(new Anomaly(
                        Anomaly.Kind.TORN_TRANSACTION,
                        visible + " are visible, and " + hidden + " are not, of " + transaction));
            }
        }
        return found.stream();
    }

    private static void checkLoss(Evidence evidence, Transaction transaction, Sent sent, List<Anomaly> found) {
        boolean isCommitLost =
                transaction.outcome() == Outcome.COMMITTED && isLost(evidence, sent, IsolationLevel.READ_COMMITTED);
        boolean isAppendLost = sent.offset() != History.NONE && isLost(evidence, sent, IsolationLevel.READ_UNCOMMITTED);
        if (isCommitLost || isAppendLost) {
            found.add(new Anomaly(
                    Anomaly.Kind.LOST_WRITE,
                    sent + (isCommitLost ? " was committed by " : " was acknowledged in ") + transaction));
        }
    }

    /** Whether readers passed the record or reached the end of its partition, and none got it. */
    private static boolean isLost(Evidence evidence, Sent sent, IsolationLevel isolation) {
        if (evidence.isDelivered(sent.value(), isolation)) {
            return false;
        }
        Long end = evidence.history().ends().get(sent.partition());
        boolean isReadToTheEnd = end != null
                && evidence.history().readings().stream()
                        .anyMatch(reading -> reading.isolation() == isolation
                                && reading.partition().equals(sent.partition())
                                && reading.from() == 0
                                && reading.to() >= end);
        return isReadToTheEnd || !evidence.passedOver(sent, isolation).isEmpty();
    }
}
