package io.s3stream.core.append;

/**
 * Decides whether batches that were appended together stay together. Pure. Not final, so that a test can break it on
 * purpose.
 */
public class GroupRule {

    /**
     * Returns whether the batches go into one frame. A crash keeps or loses one frame as a whole, but not several
     * frames.
     */
    public boolean isOneFrame() {
        return true;
    }
}
