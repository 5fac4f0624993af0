package io.s3stream.spi.runtime;

/** A scheduled task. */
public interface Timer {

    /** Cancels the task; returns whether it had not begun. */
    boolean cancel();
}
