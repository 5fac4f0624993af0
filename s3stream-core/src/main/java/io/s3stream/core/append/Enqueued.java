package io.s3stream.core.append;

/** What callers hand to the sequencer: one batch, or several that belong into one frame. */
sealed interface Enqueued permits PendingAppend, AppendGroup {

    /** Encoded size. */
    int encodedBytes();
}
