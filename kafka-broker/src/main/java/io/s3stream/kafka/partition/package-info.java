/**
 * The partitions that this broker leads. A partition is a stream; a Kafka record batch is a batch of the stream. The
 * base offset and the leader's epoch are written into the batch when its offset is known; both lie outside the batch's
 * checksum. The high watermark is the stream's confirm offset, and the log start is the stream's start offset.
 *
 * <p>Start with {@link io.s3stream.kafka.partition.PartitionLog}. {@link io.s3stream.kafka.partition.PartitionLogs}
 * opens it: it loads the newest snapshot of the {@linkplain io.s3stream.kafka.producers producers} and replays the
 * batches after it. Appends that find no memory in the store wait in the order of their calls; the broker limits the
 * bytes that wait.
 */
@NullMarked
package io.s3stream.kafka.partition;

import org.jspecify.annotations.NullMarked;
