package io.s3stream.core.runtime;

/** Which failures of a task stop the owners of its context [R38]: pure. Not final, so that a test can break it on purpose. */
public class FailureRule {

    /** Whether the state of the context may be half-changed after a task threw this. */
    public boolean isFatal(Throwable thrown) {
        return true;
    }
}
