package io.s3stream.core.read.ahead;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The readers that are known, by stream. Owned by {@link ReadAhead} and guarded by its lock. */
final class Cursors {

    private static final long ACTIVE_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long FORGOTTEN_NANOS = Duration.ofSeconds(60).toNanos();
    /** A fetch that was not followed by the next one for so long was a random read. */
    private static final long RANDOM_NANOS = Duration.ofSeconds(10).toNanos();

    private static final int CURSORS_PER_STREAM = 256;

    private final Map<Long, List<Cursor>> byStream = new HashMap<>();
    private int activeStreams;

    /** Those of one stream. */
    List<Cursor> of(long streamId) {
        return byStream.getOrDefault(streamId, List.of());
    }

    void forEach(Consumer<Cursor> action) {
        byStream.values().forEach(known -> known.forEach(action));
    }

    /** How many streams were being read when it was last counted, and those that came since; one at least. */
    int activeStreams() {
        return Math.max(1, activeStreams);
    }

    /** It has begun where the one before ended, or where the stream begins. */
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
     * The reader whose last fetch ended at {@code start}, or a new one; it is busy now.
     *
     * @param forget takes the one that has to go for it, if any
     */
    Cursor take(long streamId, long start, long now, Consumer<Cursor> forget) {
        List<Cursor> known = byStream.computeIfAbsent(streamId, id -> new ArrayList<>(1));
        for (Cursor cursor : known) {
            if (!cursor.busy && cursor.position == start) {
                cursor.busy = true;
                foundSequential(cursor);
                return cursor;
            }
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
        fresh.busy = true;
        fresh.lastUsed = now;
        known.add(fresh);
        return fresh;
    }

    /** Counts the streams being read, and lets go of readers that have not come back. */
    void sweep(long now, Consumer<Cursor> forget) {
        int active = 0;
        for (Iterator<List<Cursor>> streams = byStream.values().iterator(); streams.hasNext(); ) {
            List<Cursor> known = streams.next();
            boolean anyActive = false;
            for (Iterator<Cursor> each = known.iterator(); each.hasNext(); ) {
                Cursor cursor = each.next();
                long patience = cursor.sequential ? FORGOTTEN_NANOS : RANDOM_NANOS;
                if (!cursor.busy && now - cursor.lastUsed > patience) {
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

    /** Whether its reader has not come back for a while. */
    static boolean isIdle(Cursor cursor, long now) {
        return !cursor.busy && now - cursor.lastUsed > ACTIVE_NANOS;
    }

    /** Whether another reader of the stream is likely to come to this chunk. */
    boolean isExpected(Cursor reader, Chunk chunk, long now) {
        for (Cursor other : of(reader.streamId)) {
            boolean lives = other.busy || now - other.lastUsed <= (other.sequential ? FORGOTTEN_NANOS : ACTIVE_NANOS);
            if (other != reader && lives && other.position < chunk.end()) {
                return true;
            }
        }
        return false;
    }
}
