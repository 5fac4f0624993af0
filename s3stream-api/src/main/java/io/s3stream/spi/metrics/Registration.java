package io.s3stream.spi.metrics;

/** A registered gauge. */
public interface Registration extends AutoCloseable {

    /** Unregisters and releases the gauge. Idempotent. */
    @Override
    void close();
}
