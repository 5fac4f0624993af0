package io.s3stream.kafka.transactions.checker;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * The polls of one partition from an assignment or a seek to the next. The reader saw everything from {@code from} up to
 * {@code to} that its isolation lets it see.
 *
 * @param from the first position
 * @param to the position after the last poll
 * @param records in the order of their delivery
 */
public record Reading(
        String reader, IsolationLevel isolation, TopicPartition partition, long from, long to, List<Read> records) {

    boolean isCommitted() {
        return isolation == IsolationLevel.READ_COMMITTED;
    }

    /** Whether the position has passed an offset of the partition. */
    boolean covers(TopicPartition other, long offset) {
        return partition.equals(other) && from <= offset && offset < to;
    }

    Set<Long> values() {
        return records.stream().map(Read::value).collect(Collectors.toSet());
    }
}
