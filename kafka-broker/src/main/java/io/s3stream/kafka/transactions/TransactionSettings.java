package io.s3stream.kafka.transactions;

import java.time.Duration;

/**
 * Limits of the transaction coordinators of a broker.
 *
 * @param partitions of the topic {@code __transaction_state} when it is created
 * @param maxTimeout the maximum that a producer may ask for, as Kafka's {@code transaction.max.timeout.ms}
 * @param idExpiration age of the last change after which an idle transactional id is forgotten, as Kafka's {@code
 *     transactional.id.expiration.ms}
 * @param checkInterval between two searches for transactions that have timed out
 * @param rewriteBytes of a log after which the coordinator writes the latest values again and trims the log; larger
 *     states allow four times their size
 */
public record TransactionSettings(
        int partitions, Duration maxTimeout, Duration idExpiration, Duration checkInterval, long rewriteBytes) {

    /** Kafka's defaults, with a small number of partitions. */
    public static final TransactionSettings DEFAULTS =
            new TransactionSettings(4, Duration.ofMinutes(15), Duration.ofDays(7), Duration.ofSeconds(10), 1 << 20);

    public TransactionSettings {
        if (partitions < 1 || rewriteBytes < 1) {
            throw new IllegalArgumentException(
                    "partitions=" + partitions + " rewriteBytes=" + rewriteBytes + ": both must be at least 1");
        }
        for (Duration duration : new Duration[] {maxTimeout, idExpiration, checkInterval}) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(duration + ": timeouts and intervals must be positive");
            }
        }
    }
}
