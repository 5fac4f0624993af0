package io.s3stream.spi.metrics;

/** The unit of a metric's numbers. */
public enum MetricUnit {
    /** Durations; a recorder may show them in seconds. */
    NANOSECONDS,
    BYTES,
    /** A number of the things that the description names. */
    COUNT
}
