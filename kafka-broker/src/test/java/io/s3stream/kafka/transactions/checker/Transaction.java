package io.s3stream.kafka.transactions.checker;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * A transaction of one client.
 *
 * @param reads the values that the client consumed for this transaction, all of isolation read_committed
 * @param sends in the order of the calls
 * @param offsets the offsets of the group that the client sent with the transaction
 * @param commitStart when the client asked for the commit, or {@link History#NEVER}
 * @param end when the client learned the outcome, or {@link History#NEVER}
 */
public record Transaction(
        Instance instance,
        Set<Long> reads,
        List<Sent> sends,
        Map<TopicPartition, Long> offsets,
        Outcome outcome,
        long start,
        long commitStart,
        long end) {}
