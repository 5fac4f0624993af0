package io.s3stream.core.read.ahead;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The known readers, by stream. {@link ReadAhead} owns them and guards them by its lock. */
final class Cursors {

    private static final int CURSORS_PER_STREAM = 256;

    private final Map<Long, List<Cursor>> byStream = new HashMap<>();
    private int activeStreams;

    /** Returns the readers of one stream. */
    List<Cursor> of(long streamId) {
        return byStream.getOrDefault(streamId, List.of());
    }

    void forEach(Consumer<Cursor> action) {
        byStream.values().forEach(known -> known.forEach(action));
    }

    /** Returns the number of streams being read at the last count, plus new ones since; at least one. */
    int activeStreams() {
        return Math.max(1, activeStreams);
    }

    /** Marks a reader as sequential: its fetch continued the previous one, or began where the stream begins. */
    void foundSequential(Cursor cursor) {
        if (cursor.sequential) {
            return;
        }
        if (of(cursor.streamId).stream().noneMatch(other -> other.sequential)) {
            activeStreams++;
        }
        cursor.sequential = true;
    }

    /**
     * Returns the reader whose last fetch ended at {@code start} or contains it, or a new one, and begins its fetch.
     *
     * @param forget receives the cursor that is dropped for it, if any
     */
    Cursor take(long streamId, long start, long now, Consumer<Cursor> forget) {
        List<Cursor> known = byStream.computeIfAbsent(streamId, id -> new ArrayList<>(1));
        Cursor continued = continuedAt(known, start);
        if (continued != null) {
            continued.begin(start);
            foundSequential(continued);
            return continued;
        }
        if (known.size() >= CURSORS_PER_STREAM) {
            Cursor oldest = null;
            for (Cursor cursor : known) {
                boolean older = oldest == null || cursor.lastUsed - oldest.lastUsed < 0;
                oldest = !cursor.busy && older ? cursor : oldest;
            }
            if (oldest != null) {
                known.remove(oldest);
                forget.accept(oldest);
            }
        }
        Cursor fresh = new Cursor(streamId, start);
        fresh.begin(start);
        fresh.lastUsed = now;
        known.add(fresh);
        return fresh;
    }

    /** Returns the reader whose next fetch begins at {@code start}, or else a reader that has just read there, or null. */
    private static @Nullable Cursor continuedAt(List<Cursor> known, long start) {
        Cursor continued = null;
        for (Cursor cursor : known) {
            if (!cursor.busy && cursor.position == start) {
                return cursor;
            }
            if (!cursor.busy && cursor.hasJustRead(start)) {
                continued = cursor;
            }
        }
        return continued;
    }

    /** Counts the streams being read, and drops readers that have been idle for long. */
    void sweep(long now, Consumer<Cursor> forget) {
        int active = 0;
        for (Iterator<List<Cursor>> streams = byStream.values().iterator(); streams.hasNext(); ) {
            List<Cursor> known = streams.next();
            boolean anyActive = false;
            for (Iterator<Cursor> each = known.iterator(); each.hasNext(); ) {
                Cursor cursor = each.next();
                if (!cursor.busy && ReadAheadPolicy.isForgotten(cursor.sequential, now - cursor.lastUsed)) {
                    each.remove();
                    forget.accept(cursor);
                } else {
                    anyActive |= cursor.sequential && !isIdle(cursor, now);
                }
            }
            active += anyActive ? 1 : 0;
            if (known.isEmpty()) {
                streams.remove();
            }
        }
        activeStreams = active;
    }

    /** Returns whether its reader has made no fetch for a while. */
    static boolean isIdle(Cursor cursor, long now) {
        return !cursor.busy && ReadAheadPolicy.isIdle(now - cursor.lastUsed);
    }

    /** Returns whether another reader of the stream is likely to reach this chunk. */
    boolean isExpected(Cursor reader, Chunk chunk, long now) {
        for (Cursor other : of(reader.streamId)) {
            boolean fetchesAgain =
                    other.busy || ReadAheadPolicy.isExpectedAgain(other.sequential, now - other.lastUsed);
            if (other != reader && fetchesAgain && other.position < chunk.end()) {
                return true;
            }
        }
        return false;
    }
}
