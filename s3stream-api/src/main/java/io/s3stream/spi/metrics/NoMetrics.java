package io.s3stream.spi.metrics;

import java.util.function.LongSupplier;

/** Records nothing. */
enum NoMetrics implements MetricsRecorder, Counter, Histogram, Registration {
    INSTANCE;

    @Override
    public Counter counter(MetricDescription metric) {
        return this;
    }

    @Override
    public Histogram histogram(MetricDescription metric) {
        return this;
    }

    @Override
    public Registration gauge(MetricDescription metric, LongSupplier value) {
        return this;
    }

    @Override
    public void add(long amount) {}

    @Override
    public void record(long value) {}

    @Override
    public void close() {}
}
