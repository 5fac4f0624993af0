package io.s3stream.kafka.partition;

import java.util.concurrent.CompletableFuture;

/**
 * A batch that has its place in the log.
 *
 * @param baseOffset its first offset
 * @param durable completes when it is durable
 * @param logAppendTime the timestamp that the broker gave it, or -1. The answer to a repeated batch has the greatest
 *     timestamp of the first one, as Kafka's has
 */
public record AppendedBatch(long baseOffset, CompletableFuture<?> durable, long logAppendTime) {}
