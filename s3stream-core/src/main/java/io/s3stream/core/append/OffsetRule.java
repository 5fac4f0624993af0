package io.s3stream.core.append;

/** When an append takes its offsets [R37]: pure. Not final, so that a test can break it on purpose. */
public class OffsetRule {

    /** Whether the stream advances before the append is enqueued: an Error in between would leave a hole. */
    public boolean precedesEnqueuing() {
        return false;
    }
}
