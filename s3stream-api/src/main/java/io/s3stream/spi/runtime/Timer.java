package io.s3stream.spi.runtime;

/** A task that waits for its time. */
public interface Timer {

    /** Whether it was stopped before it began. */
    boolean cancel();
}
