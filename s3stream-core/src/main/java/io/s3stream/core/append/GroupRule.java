package io.s3stream.core.append;

/** Whether batches that were appended together stay together: pure. Not final, so that a test can break it on purpose. */
public class GroupRule {

    /** Whether they go into one frame: a frame is there as a whole or not at all, several are not. */
    public boolean isOneFrame() {
        return true;
    }
}
