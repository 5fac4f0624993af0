package io.s3stream.kafka.partition;

import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * The common parts of all logs of a broker.
 *
 * @param clock for timestamps of markers and the age of producers
 * @param budget of appends that wait
 * @param background encodes snapshots: neither the event loops nor the store's callback thread do
 */
record LogContext(LogSettings settings, Clock clock, AppendBudget budget, Executor background) {

    long expirationMillis() {
        return settings.producerExpiration().toMillis();
    }
}
