package io.s3stream.kafka.transactions.checker;

import org.apache.kafka.common.TopicPartition;

/**
 * A read of the group's committed offset of a partition that waits for open transactions (stable offsets).
 *
 * @param offset 0 if the group has none
 */
public record OffsetRead(TopicPartition partition, long offset, long start, long end) {}
