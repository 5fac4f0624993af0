package io.s3stream.spi.metrics;

/** A sum that only grows. Thread-safe. */
public interface Counter {

    /** @param amount 0 or greater, in the unit of its description */
    void add(long amount);
}
