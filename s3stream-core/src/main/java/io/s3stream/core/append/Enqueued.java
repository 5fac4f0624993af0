package io.s3stream.core.append;

/** What callers hand to the sequencer: one batch, or several that belong into one frame. */
sealed interface Enqueued permits PendingAppend, AppendGroup {

    /** Encoded size. */
    int encodedBytes();

    /**
     * Makes it one of those whose latency is measured.
     *
     * @param stamp when it was enqueued
     */
    void stamp(long stamp);
}
