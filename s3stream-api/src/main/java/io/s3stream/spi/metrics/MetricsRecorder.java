package io.s3stream.spi.metrics;

import java.util.function.LongSupplier;

/**
 * Receives a store's metrics. The store asks for each of its instruments once, while it opens, and keeps them until it
 * is closed. Thread-safe, and so are the instruments.
 *
 * <p>The working threads use instruments once a WAL frame, a request, a fetch or a commit, never once an append.
 * Instruments must not block, and should cost about as much as an addition. The store logs the first exception of an
 * instrument and ignores the others.
 *
 * <p>Several stores of one process may share a recorder: their metrics differ in the label {@code node}.
 */
public interface MetricsRecorder {

    /** A sum that only grows. */
    Counter counter(MetricDescription metric);

    /** A distribution of values. */
    Histogram histogram(MetricDescription metric);

    /**
     * A value that the recorder reads when it needs it.
     *
     * @param value cheap, does not throw, may be read on any thread
     * @return closed by the store when it closes: then the recorder must neither read {@code value} nor keep it
     */
    Registration gauge(MetricDescription metric, LongSupplier value);

    /** Records nothing. */
    static MetricsRecorder none() {
        return NoMetrics.INSTANCE;
    }
}
