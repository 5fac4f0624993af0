package io.s3stream.core.read;

import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.memory.Slab;
import io.s3stream.layout.RecordFormat;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds positions by time, and sizes, in the write cache. Works on the caller's thread and without a lock. Uses a run's
 * sums over whole chunks of batches, then record headers of less than two chunks.
 */
public final class TailPositions implements AutoCloseable {

    /** No batch reaches the timestamp. */
    public static final long NONE = -1;

    /** A batch was evicted during the search. It is committed, so the caller repeats the search with current runs. */
    public static final long EVICTED = -2;

    private final StreamRun[] runs;
    private @Nullable Slab held;

    /** @param runs of one stream, from one look at its cache; all but the last have stopped growing */
    private TailPositions(StreamRun[] runs) {
        this.runs = runs;
    }

    /**
     * Finds the first batch with an offset in {@code [from, to)} whose max timestamp is at least {@code timestamp}. The
     * offsets must be in the cache.
     *
     * @return its base offset, or {@code from} if that is inside the batch; or {@link #NONE} or {@link #EVICTED}
     */
    public static long offsetForTimestamp(StreamRun[] runs, long from, long to, long timestamp) {
        try (TailPositions positions = new TailPositions(runs)) {
            long found = NONE;
            for (int i = positions.runOf(from); found == NONE && i < runs.length && runs[i].startOffset() < to; i++) {
                if (!positions.isComplete(i) || runs[i].maxTimestamp() >= timestamp) {
                    found = positions.search(runs[i], from, to, timestamp);
                }
            }
            return found;
        }
    }

    /**
     * Finds the greatest timestamp of the batches with an offset in {@code [from, to)}, which must be in the cache and
     * not empty.
     *
     * @return or empty if a batch was evicted during the search
     */
    public static OptionalLong maxTimestamp(StreamRun[] runs, long from, long to) {
        try (TailPositions positions = new TailPositions(runs)) {
            long greatest = Long.MIN_VALUE;
            for (int i = positions.runOf(from); i < runs.length && runs[i].startOffset() < to; i++) {
                StreamRun run = runs[i];
                boolean isWhole = positions.isComplete(i) && from <= run.startOffset() && to >= run.endOffset();
                OptionalLong here = isWhole ? OptionalLong.of(run.maxTimestamp()) : positions.greatestOf(run, from, to);
                if (here.isEmpty()) {
                    return here;
                }
                greatest = Math.max(greatest, here.getAsLong());
            }
            return OptionalLong.of(greatest);
        }
    }

    /**
     * Returns the bytes of the records of all batches with an offset in {@code [from, to)}. The offsets must be in the
     * cache.
     *
     * @return or {@link #EVICTED}
     */
    public static long recordBytes(StreamRun[] runs, long from, long to) {
        try (TailPositions positions = new TailPositions(runs)) {
            long bytes = 0;
            for (int i = positions.runOf(from); i < runs.length && runs[i].startOffset() < to; i++) {
                boolean toItsEnd = positions.isComplete(i) && to >= runs[i].endOffset();
                long here = toItsEnd && from <= runs[i].startOffset()
                        ? runs[i].bytes()
                        : positions.bytesOf(runs[i], from, toItsEnd ? runs[i].endOffset() : to);
                if (here == EVICTED) {
                    return EVICTED;
                }
                bytes += here;
            }
            return bytes;
        }
    }

    /**
     * Returns the payload bytes of all batches with an offset in {@code [from, to)}. The offsets must be in the cache.
     *
     * @return or {@link #EVICTED}
     */
    public static long payloadBytes(StreamRun[] runs, long from, long to) {
        long bytes = recordBytes(runs, from, to);
        if (bytes == EVICTED) {
            return EVICTED;
        }
        long batches = 0;
        for (StreamRun run : runs) {
            if (run.endOffset() > from && run.startOffset() < to) {
                batches += run.indexOf(Math.min(to, run.endOffset()) - 1) + 1L - firstIn(run, from);
            }
        }
        return bytes - batches * RecordFormat.HEADER_BYTES;
    }

    @Override
    public void close() {
        if (held != null) {
            held.release();
            held = null;
        }
    }

    private boolean isComplete(int run) {
        return run < runs.length - 1;
    }

    private int runOf(long offset) {
        int at = 0;
        while (at < runs.length && runs[at].endOffset() <= offset) {
            at++;
        }
        return at;
    }

    private long search(StreamRun run, long from, long to, long timestamp) {
        int count = run.count();
        int at = firstIn(run, from);
        while (at < count && run.baseOffset(at) < to) {
            if (at % StreamRun.CHUNK == 0) {
                int next = run.skipBelow(at, count, timestamp);
                if (next > at) {
                    at = next;
                    continue;
                }
            }
            if (!hold(run.slab(at))) {
                return EVICTED;
            }
            if (RecordFormat.maxTimestamp(run.slab(at).memory(), run.place(at)) >= timestamp) {
                return Math.max(from, run.baseOffset(at));
            }
            at++;
        }
        return NONE;
    }

    private OptionalLong greatestOf(StreamRun run, long from, long to) {
        long greatest = Long.MIN_VALUE;
        int count = to >= run.endOffset() ? run.count() : run.indexOf(to - 1) + 1;
        int at = firstIn(run, from);
        while (at < count) {
            if (at % StreamRun.CHUNK == 0 && at + StreamRun.CHUNK <= count) {
                greatest = Math.max(greatest, run.maxTimestampOfChunk(at));
                at += StreamRun.CHUNK;
                continue;
            }
            if (!hold(run.slab(at))) {
                return OptionalLong.empty();
            }
            greatest = Math.max(greatest, RecordFormat.maxTimestamp(run.slab(at).memory(), run.place(at)));
            at++;
        }
        return OptionalLong.of(greatest);
    }

    private long bytesOf(StreamRun run, long from, long to) {
        long before = bytesBefore(run, firstIn(run, from));
        long through = bytesBefore(run, run.indexOf(to - 1) + 1);
        return before == EVICTED || through == EVICTED ? EVICTED : through - before;
    }

    private long bytesBefore(StreamRun run, int index) {
        int at = index - index % StreamRun.CHUNK;
        long bytes = run.bytesBefore(at);
        for (; at < index; at++) {
            if (!hold(run.slab(at))) {
                return EVICTED;
            }
            bytes += RecordFormat.encodedBytes(
                    RecordFormat.payloadBytes(run.slab(at).memory(), run.place(at)));
        }
        return bytes;
    }

    private static int firstIn(StreamRun run, long offset) {
        return offset <= run.startOffset() ? 0 : run.indexOf(offset);
    }

    /** Pins the slab, so that its memory stays unchanged until the next call. */
    private boolean hold(Slab slab) {
        if (slab == held) {
            return true;
        }
        if (!slab.retainIfAlive()) {
            return false;
        }
        close();
        held = slab;
        return true;
    }
}
