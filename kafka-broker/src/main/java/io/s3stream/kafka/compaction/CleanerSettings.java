package io.s3stream.kafka.compaction;

import java.time.Duration;

/**
 * Settings of a broker's cleaner.
 *
 * @param interval between two looks at all compacted partitions, as Kafka's {@code log.cleaner.backoff.ms}
 * @param mapBytes memory for the last offsets of keys while a partition is cleaned, as Kafka's {@code
 *     log.cleaner.dedupe.buffer.size}. A log with more keys takes several passes
 */
public record CleanerSettings(Duration interval, int mapBytes) {

    /** The default settings: room for about 1.2 million keys. */
    public static final CleanerSettings DEFAULTS = new CleanerSettings(Duration.ofSeconds(15), 32 << 20);

    /** The least memory for keys. */
    public static final int MIN_MAP_BYTES = 1 << 10;

    /** The most memory for keys. */
    public static final int MAX_MAP_BYTES = 1 << 30;

    public CleanerSettings {
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("interval=" + interval + ": must be at least 1 ms");
        }
        if (mapBytes < MIN_MAP_BYTES || mapBytes > MAX_MAP_BYTES) {
            throw new IllegalArgumentException(
                    "mapBytes=" + mapBytes + ": must be " + MIN_MAP_BYTES + " to " + MAX_MAP_BYTES);
        }
    }
}
