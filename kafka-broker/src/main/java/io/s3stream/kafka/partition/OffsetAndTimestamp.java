package io.s3stream.kafka.partition;

/**
 * A position in a log.
 *
 * @param timestamp of the record there, or -1
 * @param leaderEpoch under which the record was appended
 */
public record OffsetAndTimestamp(long offset, long timestamp, int leaderEpoch) {}
