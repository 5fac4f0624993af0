package io.s3stream.spi.metrics;

/** What the numbers of a metric are. */
public enum MetricUnit {
    /** Durations; a recorder may show them in seconds. */
    NANOSECONDS,
    BYTES,
    /** A number of whatever the description says. */
    COUNT
}
