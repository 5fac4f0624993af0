package io.s3stream.kafka.transactions.checker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Each reading delivers records in order and passes over none, and a reading of committed records reaches each end. */
final class ReadingCheck implements Check {

    @Override
    public Stream<Anomaly> anomalies(Evidence evidence) {
        List<Anomaly> found = new ArrayList<>();
        Map<TopicPartition, Long> reached = new HashMap<>();
        for (Reading reading : evidence.history().readings()) {
            checkOrder(reading, found);
            if (reading.isCommitted()) {
                reached.merge(reading.partition(), reading.to(), Math::max);
            }
        }
        evidence.history().ends().forEach((partition, end) -> {
            long to = reached.getOrDefault(partition, 0L);
            if (to < end) {
                found.add(new Anomaly(
                        Anomaly.Kind.UNSEEN,
                        partition + " ends at " + end + ", and readers of committed records reach " + to));
            }
        });
        evidence.sends()
                .filter(sent -> evidence.offset(sent.value()) != History.NONE)
                .forEach(sent -> Stream.of(IsolationLevel.values())
                        .filter(isolation -> evidence.isDelivered(sent.value(), isolation))
                        .flatMap(isolation -> evidence.passedOver(sent, isolation).stream())
                        .forEach(reading -> found.add(new Anomaly(
                                Anomaly.Kind.SKIPPED_OFFSET,
                                reading.reader() + " passed over offset " + evidence.offset(sent.value()) + " of "
                                        + sent.partition() + " with value " + sent.value()
                                        + ", which others of its isolation got"))));
        return found.stream();
    }

    private static void checkOrder(Reading reading, List<Anomaly> found) {
        long last = reading.from() - 1;
        for (Read read : reading.records()) {
            if (read.offset() <= last) {
                found.add(new Anomaly(
                        Anomaly.Kind.NONMONOTONIC_POLL,
                        reading.reader() + " got offset " + read.offset() + " of " + reading.partition() + " after "
                                + last));
            }
            last = Math.max(last, read.offset());
        }
    }
}
