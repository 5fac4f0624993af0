package io.s3stream.wal.block.ring;

import org.jspecify.annotations.Nullable;

/**
 * Where the replays of a fenced generation end. A fenced writer may still be alive and its writes may still land; so the
 * first replay that reaches the end settles it, and later ones of the same medium stop there. Thread-safe.
 */
public final class ReplayEnd {

    private @Nullable Long settled;

    /** The last frame, if that is settled; else any. */
    synchronized long last() {
        return settled == null ? Long.MAX_VALUE : settled;
    }

    synchronized void settle(long sequence) {
        if (settled == null) {
            settled = sequence;
        }
    }
}
