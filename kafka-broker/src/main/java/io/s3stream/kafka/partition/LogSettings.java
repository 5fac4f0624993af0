package io.s3stream.kafka.partition;

import java.time.Duration;

/**
 * Limits of the logs of a broker.
 *
 * @param snapshotBytes appended bytes after which a log writes a snapshot of its producers: the maximum that a later
 *     opening replays, roughly
 * @param maxWaitingBytes bytes of all appends of the broker that may wait for memory of the store
 * @param producerExpiration age of a producer's last batch after which the log forgets the producer, as Kafka's {@code
 *     producer.id.expiration.ms}
 */
public record LogSettings(long snapshotBytes, long maxWaitingBytes, Duration producerExpiration) {

    /** The default settings. */
    public static final LogSettings DEFAULTS = new LogSettings(64L << 20, 128L << 20, Duration.ofDays(1));

    private static final Duration MAX_INTERVAL = Duration.ofMinutes(10);

    public LogSettings {
        if (snapshotBytes < 1 || maxWaitingBytes < 1) {
            throw new IllegalArgumentException("snapshotBytes=" + snapshotBytes + " maxWaitingBytes=" + maxWaitingBytes
                    + ": both must be at least 1");
        }
        if (producerExpiration.isNegative() || producerExpiration.isZero()) {
            throw new IllegalArgumentException("producerExpiration=" + producerExpiration + ": must be positive");
        }
    }

    /** Time between two checks for expired producers: a tenth of the expiration, at most ten minutes as in Kafka. */
    Duration expirationInterval() {
        Duration tenth = producerExpiration.dividedBy(10);
        return tenth.compareTo(MAX_INTERVAL) < 0 ? tenth : MAX_INTERVAL;
    }
}
