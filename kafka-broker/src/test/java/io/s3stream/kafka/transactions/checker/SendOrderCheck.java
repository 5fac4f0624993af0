package io.s3stream.kafka.transactions.checker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * Offsets agree with the order of the calls of one producer, and with real time: a record that was acknowledged before
 * another one was sent has the smaller offset.
 */
final class SendOrderCheck implements Check {

    @Override
    public Stream<Anomaly> anomalies(Evidence evidence) {
        List<Anomaly> found = new ArrayList<>();
        evidence.history().transactions().forEach(transaction -> checkCalls(evidence, transaction, found));
        Map<TopicPartition, List<Sent>> acknowledged = evidence.sends()
                .filter(sent -> sent.offset() != History.NONE)
                .sorted(Comparator.comparingLong(Sent::offset))
                .collect(Collectors.groupingBy(Sent::partition));
        acknowledged.values().forEach(sends -> checkRealTime(sends, found));
        return found.stream();
    }

    private static void checkCalls(Evidence evidence, Transaction transaction, List<Anomaly> found) {
        transaction.sends().stream()
                .filter(sent -> evidence.offset(sent.value()) != History.NONE)
                .collect(Collectors.groupingBy(Sent::partition))
                .values()
                .forEach(sends -> {
                    for (int i = 1; i < sends.size(); i++) {
                        if (evidence.offset(sends.get(i - 1).value())
                                >= evidence.offset(sends.get(i).value())) {
                            found.add(anomaly(sends.get(i), "was sent after", sends.get(i - 1)));
                        }
                    }
                });
    }

    /** @param sends in the order of their offsets */
    private static void checkRealTime(List<Sent> sends, List<Anomaly> found) {
        Sent latest = sends.get(0);
        for (Sent sent : sends) {
            if (sent.acknowledged() < latest.invoked()) {
                found.add(anomaly(latest, "was sent after the acknowledgement of", sent));
            }
            latest = sent.invoked() > latest.invoked() ? sent : latest;
        }
    }

    private static Anomaly anomaly(Sent later, String relation, Sent earlier) {
        return new Anomaly(
                Anomaly.Kind.NONMONOTONIC_SEND,
                later + " " + relation + " " + earlier + " and is before it in the log");
    }
}
