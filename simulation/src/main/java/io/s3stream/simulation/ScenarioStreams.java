package io.s3stream.simulation;

import io.s3stream.api.Stream;
import io.s3stream.simulation.history.StreamHistory;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The handles of one node: those in use, and the newest of each stream. Owned by the simulation's thread. */
final class ScenarioStreams {

    private final Map<Long, Stream> open = new TreeMap<>();
    private final Map<Long, StreamHistory.Handle> handles = new TreeMap<>();
    private final Map<Long, Stream> newest = new TreeMap<>();
    private final Set<Stream> closing = Collections.newSetFromMap(new IdentityHashMap<>());

    boolean isOpen(long id) {
        return open.containsKey(id);
    }

    Collection<Stream> open() {
        return open.values();
    }

    @Nullable
    Stream any(RandomGenerator random) {
        List<Stream> streams = List.copyOf(open.values());
        return streams.isEmpty() ? null : streams.get(random.nextInt(streams.size()));
    }

    StreamHistory.Handle handle(Stream stream) {
        return Objects.requireNonNull(handles.get(stream.id()));
    }

    /** Uses the handle of an earlier opening again, unless it is closing. Returns whether it is such a handle. */
    @SuppressWarnings("ReferenceEquality") // the handle itself, not an equal one
    boolean isEarlier(Stream stream) {
        if (newest.get(stream.id()) != stream) {
            return false;
        }
        if (!closing.contains(stream)) {
            open.put(stream.id(), stream);
        }
        return true;
    }

    void opened(Stream stream, StreamHistory.Handle handle) {
        newest.put(stream.id(), stream);
        handles.put(stream.id(), handle);
        open.put(stream.id(), stream);
    }

    /** The caller closes the handle. */
    void closes(Stream stream) {
        closing.add(stream);
        open.remove(stream.id());
    }

    /** The caller stops using the handle without closing it. */
    void remove(Stream stream) {
        open.remove(stream.id());
    }

    /** The process of all handles has ended. */
    void clear() {
        open.clear();
        newest.clear();
        closing.clear();
    }
}
