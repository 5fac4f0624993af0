package io.s3stream.spi.metrics;

/** A distribution of values. Thread-safe. */
public interface Histogram {

    /** @param value 0 or greater, in the unit of its description */
    void record(long value);
}
