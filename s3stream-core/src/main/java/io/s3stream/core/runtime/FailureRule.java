package io.s3stream.core.runtime;

/**
 * Decides which failures of a task stop the owners of its context [R38]. Pure. Not final, so that a test can break it
 * on purpose.
 */
public class FailureRule {

    /** Returns whether the state of the context may be half-changed after a task threw this. */
    public boolean isFatal(Throwable thrown) {
        return true;
    }
}
