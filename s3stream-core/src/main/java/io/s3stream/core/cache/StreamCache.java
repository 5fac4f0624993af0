package io.s3stream.core.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The view that an open stream has of the write cache: its contiguous runs, oldest first. The append context changes it
 * by replacing the array. The context of the compaction hides runs whose records were rewritten in object storage. Any
 * thread reads it without a lock.
 */
public final class StreamCache {

    private static final StreamRun[] NOTHING = new StreamRun[0];

    private volatile StreamRun[] runs = NOTHING;
    private volatile long visibleFrom;

    /** Returns the run that contains {@code offset}, or null. */
    @Nullable
    public StreamRun find(long offset) {
        if (offset < visibleFrom) {
            return null;
        }
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

    /** Returns all visible runs, oldest first. */
    public StreamRun[] runs() {
        StreamRun[] present = runs;
        int hidden = 0;
        while (hidden < present.length && present[hidden].startOffset() < visibleFrom) {
            hidden++;
        }
        return Arrays.copyOfRange(present, hidden, present.length);
    }

    /**
     * Hides the runs before {@code offset}, which is the end of a run: object storage has newer payloads of their
     * records. Called by the context of the compaction only.
     */
    public void hideBelow(long offset) {
        visibleFrom = Math.max(visibleFrom, offset);
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
