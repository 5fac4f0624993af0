package io.s3stream.kafka.groups;

import java.time.Duration;

/**
 * Settings of the consumer groups.
 *
 * @param partitions of {@code __consumer_offsets} when this broker creates it; an existing topic keeps its count
 * @param firstRebalanceDelay how long a new group of the classic protocol waits for more members
 * @param minCleanedBytes a log of {@code __consumer_offsets} is not cleaned before it has this many bytes
 */
public record GroupSettings(int partitions, Duration firstRebalanceDelay, long minCleanedBytes) {

    private static final int MAX_PARTITIONS = 1000;

    public GroupSettings {
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    "offsets partitions=" + partitions + ": choose from 1 to " + MAX_PARTITIONS);
        }
        if (firstRebalanceDelay.isNegative() || firstRebalanceDelay.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "first rebalance delay=" + firstRebalanceDelay + ": choose from 0 to 1 hour");
        }
        if (minCleanedBytes < 1) {
            throw new IllegalArgumentException("minimum bytes to clean=" + minCleanedBytes + ": choose at least 1");
        }
    }

    /** 8 partitions, 3 s as Kafka does, 16 MiB. */
    public static GroupSettings defaults() {
        return new GroupSettings(8, Duration.ofSeconds(3), 16 << 20);
    }
}
