package io.s3stream.kafka.transactions.checker;

import org.apache.kafka.common.TopicPartition;

/**
 * A record that a client sent.
 *
 * @param value unique in the history
 * @param source the value that a consume-transform-produce client made this record of, or {@link History#NONE}
 * @param isForwarded whether consume-transform-produce clients send another record for this one
 * @param offset the acknowledged offset, or {@link History#NONE}
 * @param invoked when the client called send
 * @param acknowledged when the acknowledgement arrived, or {@link History#NEVER}
 */
public record Sent(
        TopicPartition partition,
        long value,
        long source,
        boolean isForwarded,
        long offset,
        long invoked,
        long acknowledged) {}
