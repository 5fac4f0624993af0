package io.s3stream.spi.metrics;

import java.util.function.LongSupplier;

/**
 * Where a store's metrics go. The store asks for each of its instruments once, while it opens, and keeps them until it is
 * closed. Thread-safe, and so are the instruments.
 *
 * <p>Instruments are used by the threads that do the work, once a WAL frame, a request, a fetch or a commit, never once a
 * record appended: they must not block, and should cost no more than an addition. What they throw is caught and logged once;
 * it changes nothing about the store.
 *
 * <p>Several stores of one process may share a recorder: their metrics differ in the label {@code node}.
 */
public interface MetricsRecorder {

    /** A sum that only grows. */
    Counter counter(MetricDescription metric);

    /** A distribution of values. */
    Histogram histogram(MetricDescription metric);

    /**
     * A value to be looked at whenever somebody wants to know.
     *
     * @param value cheap, does not throw, may be asked on any thread
     * @return closed by the store when it closes: {@code value} must not be asked any more, nor held
     */
    Registration gauge(MetricDescription metric, LongSupplier value);

    /** Records nothing. */
    static MetricsRecorder none() {
        return NoMetrics.INSTANCE;
    }
}
