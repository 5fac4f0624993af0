package io.s3stream.kafka.transactions.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A producer has no effect after a newer instance with its transactional id was initialised. */
final class FencingCheck implements Check {

    @Override
    public Stream<Anomaly> anomalies(Evidence evidence) {
        List<Anomaly> found = new ArrayList<>();
        for (Transaction transaction : evidence.history().transactions()) {
            boolean hasEffect = transaction.outcome() == Outcome.COMMITTED || evidence.isVisible(transaction);
            if (hasEffect && isFenced(evidence, transaction.instance(), transaction.commitStart())) {
                found.add(new Anomaly(Anomaly.Kind.FENCED_PRODUCER, "committed: " + transaction));
            }
            for (Sent sent : transaction.sends()) {
                if (sent.offset() != History.NONE && isFenced(evidence, transaction.instance(), sent.invoked())) {
                    found.add(
                            new Anomaly(Anomaly.Kind.FENCED_PRODUCER, "acknowledged: " + sent + " of " + transaction));
                }
            }
        }
        return found.stream();
    }

    private static boolean isFenced(Evidence evidence, Instance instance, long time) {
        return time != History.NEVER
                && evidence.history().instances().stream().anyMatch(other -> instance.isFencedBy(other, time));
    }
}
