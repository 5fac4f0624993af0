package io.s3stream.kafka.transactions.checker;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * All operations of a round.
 *
 * @param ends the high watermark of each partition after all clients had ended and all transactions were complete
 * @param offsets the committed offsets of the group at that time; a partition without an entry has the offset 0
 */
public record History(
        List<Instance> instances,
        List<Transaction> transactions,
        List<Reading> readings,
        List<OffsetRead> offsetReads,
        Map<TopicPartition, Long> ends,
        Map<TopicPartition, Long> offsets) {

    /** An offset or a value that does not exist. */
    public static final long NONE = -1;

    /** The time of an event that was not seen. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A line for each operation. */
    @Override
    public String toString() {
        return Stream.of(instances, transactions, readings, offsetReads)
                .flatMap(List::stream)
                .map(Object::toString)
                .collect(Collectors.joining("\n", "", "\nends " + ends + "\noffsets " + offsets + "\n"));
    }
}
