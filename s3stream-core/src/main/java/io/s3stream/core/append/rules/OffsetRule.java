package io.s3stream.core.append.rules;

/** Decides when an append takes its offsets [R37]. Pure. Not final, so that a test can break it on purpose. */
public class OffsetRule {

    /**
     * Returns whether the stream advances before the append is enqueued. An Error in between would then leave a hole.
     */
    public boolean precedesEnqueuing() {
        return false;
    }
}
