package io.s3stream.cli.bench.isolation;

import java.time.Duration;

/**
 * Work or a fault that the measured store must not feel. The thread of the measurement calls it, for each round in the
 * order of the methods. A failure is thrown by the next call.
 */
interface Disturbance extends AutoCloseable {

    /** Prepares a round. Blocks, and is not measured. */
    default void prepare() {}

    /** Prepares the disturbed phase, after the quiet phase of the round. Blocks, and is not measured. */
    default void arm() {}

    /**
     * Begins to disturb. Does not block.
     *
     * @param phase time after which the phase usually ends
     */
    void begin(Duration phase);

    /** Returns whether the disturbance has happened completely. The phase does not end before. */
    boolean hasHappened();

    /** Ends the disturbance. Waits for work in progress. */
    Proof end();

    /** Releases all resources, and ends the disturbance if it has not ended. Called before the store is closed. */
    @Override
    default void close() {}
}
