package io.s3stream.core.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The view that an open stream has of the write cache: its contiguous runs, oldest first. The append context changes it
 * by replacing the array. Any thread reads it without a lock.
 */
public final class StreamCache {

    private static final StreamRun[] NOTHING = new StreamRun[0];

    private volatile StreamRun[] runs = NOTHING;

    /** Returns the run that contains {@code offset}, or null. */
    @Nullable
    public StreamRun find(long offset) {
        StreamRun[] present = runs;
        for (int i = present.length - 1; i >= 0; i--) {
            StreamRun run = present[i];
            if (offset >= run.startOffset()) {
                return offset < run.endOffset() ? run : null;
            }
        }
        return null;
    }

    /** Returns the run that was added last, or null. */
    @Nullable
    StreamRun newest() {
        StreamRun[] present = runs;
        return present.length == 0 ? null : present[present.length - 1];
    }

    /** Returns all runs, oldest first. */
    public StreamRun[] runs() {
        return runs.clone();
    }

    public void add(StreamRun run) {
        StreamRun[] before = runs;
        StreamRun[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = run;
        runs = after;
    }

    /** Removes the oldest run, which was evicted. */
    public void removeOldest(StreamRun run) {
        StreamRun[] before = runs;
        if (before.length == 0 || before[0] != run) {
            throw new IllegalStateException("stream=" + run.streamId() + ": evicted out of order");
        }
        runs = Arrays.copyOfRange(before, 1, before.length);
    }
}
