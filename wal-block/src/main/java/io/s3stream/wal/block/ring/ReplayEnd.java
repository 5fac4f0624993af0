package io.s3stream.wal.block.ring;

import org.jspecify.annotations.Nullable;

/**
 * The end of the replays of a fenced generation. A fenced writer may still run, and its writes may still land. So the
 * first replay that reaches the end settles it, and later replays of the same medium stop there. Thread-safe.
 */
public final class ReplayEnd {

    private @Nullable Long settled;

    /** Returns the sequence of the last frame; {@link Long#MAX_VALUE} until it is settled. */
    synchronized long last() {
        return settled == null ? Long.MAX_VALUE : settled;
    }

    synchronized void settle(long sequence) {
        if (settled == null) {
            settled = sequence;
        }
    }
}
