package io.s3stream.kafka.partition;

import java.util.concurrent.CompletableFuture;

/**
 * A batch that has its place in the log.
 *
 * @param baseOffset its first offset
 * @param durable completes when it is durable
 * @param logAppendTime the timestamp that the broker gave it, or -1
 */
public record AppendedBatch(long baseOffset, CompletableFuture<?> durable, long logAppendTime) {}
