/**
 * The partitions that this broker leads. A partition is a stream; a Kafka record batch is a batch of the stream. The
 * base offset and the leader's epoch are written into the batch when its offset is known; both lie outside the batch's
 * checksum. The high watermark is the stream's confirm offset, and the log start is the stream's start offset.
 */
@NullMarked
package io.s3stream.kafka.partition;

import org.jspecify.annotations.NullMarked;
