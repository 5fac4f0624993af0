package io.s3stream.kafka.transactions.checker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** Each offset has one value, each value has one offset, and each value was sent to its partition. */
final class ValueCheck implements Check {

    private record Place(TopicPartition partition, long offset) {}

    @Override
    public Stream<Anomaly> anomalies(Evidence evidence) {
        List<Anomaly> found = new ArrayList<>();
        Map<Place, Long> values = new HashMap<>();
        Map<Long, Place> places = new HashMap<>();
        evidence.sends()
                .filter(sent -> sent.offset() != History.NONE)
                .forEach(sent -> add(new Place(sent.partition(), sent.offset()), sent.value(), values, places, found));
        for (Reading reading : evidence.history().readings()) {
            for (Read read : reading.records()) {
                add(new Place(reading.partition(), read.offset()), read.value(), values, places, found);
                if (!evidence.wasSent(read.value())
                        || !evidence.sent(read.value()).partition().equals(reading.partition())) {
                    found.add(new Anomaly(
                            Anomaly.Kind.PHANTOM, read + " of " + reading.partition() + " was not sent there"));
                }
            }
        }
        return found.stream();
    }

    private static void add(
            Place place, long value, Map<Place, Long> values, Map<Long, Place> places, List<Anomaly> found) {
        Long other = values.putIfAbsent(place, value);
        if (other != null && other != value) {
            found.add(new Anomaly(
                    Anomaly.Kind.INCONSISTENT_OFFSET, place + " has the values " + other + " and " + value));
        }
        Place before = places.putIfAbsent(value, place);
        if (before != null && !before.equals(place)) {
            found.add(new Anomaly(Anomaly.Kind.DUPLICATE, "value " + value + " is at " + before + " and at " + place));
        }
    }
}
