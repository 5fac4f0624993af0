package io.s3stream.spi.metrics;

/** A gauge that is being watched. */
public interface Registration extends AutoCloseable {

    /** Ends the watching, and lets go of the gauge. Idempotent. */
    @Override
    void close();
}
