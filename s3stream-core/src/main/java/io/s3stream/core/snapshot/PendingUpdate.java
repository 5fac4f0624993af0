package io.s3stream.core.snapshot;

import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.snapshot.Difference.StreamChange;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The changes that a watch has not told yet, merged. Bounded: more than {@link MetadataUpdate#MAX_STREAMS} streams are
 * forgotten, and the update is incomplete. Not thread-safe.
 */
final class PendingUpdate {

    private enum Kind {
        CREATED,
        CHANGED,
        DELETED
    }

    private final String prefix;
    private final Map<Long, Kind> streams = new LinkedHashMap<>();
    private final Set<Integer> nodes = new LinkedHashSet<>();
    private @Nullable FrozenMetadata newest;
    private boolean isComplete = true;
    /** Whether the update is told although it names no change, because it is the first of its watch. */
    private boolean isFirst = true;

    PendingUpdate(String prefix) {
        this.prefix = prefix;
    }

    /** Adds the changes that lead to the snapshot {@code now}. The first update names none. */
    void add(FrozenMetadata now, Difference difference) {
        newest = now;
        if (isFirst) {
            return;
        }
        nodes.addAll(difference.nodes());
        for (StreamChange change : difference.streams()) {
            boolean matched = matches(change.before());
            boolean matches = matches(change.after());
            if (matched || matches) {
                add(change.id(), !matched ? Kind.CREATED : matches ? Kind.CHANGED : Kind.DELETED);
            }
        }
    }

    /** Records that changes could not be added, because the heap is full. */
    void lost(FrozenMetadata now) {
        newest = now;
        streams.clear();
        isComplete = false;
    }

    private boolean matches(@Nullable StreamMetadata stream) {
        return stream != null && stream.name().startsWith(prefix);
    }

    private void add(long id, Kind next) {
        if (!isComplete) {
            return;
        }
        Kind before = streams.get(id);
        if (before == Kind.CREATED && next == Kind.DELETED) {
            streams.remove(id); // the listener never saw it
        } else if (before == Kind.DELETED && next == Kind.CREATED) {
            streams.put(id, Kind.CHANGED); // renamed out of the prefix and back
        } else if (before != Kind.CREATED) {
            streams.put(id, next);
        }
        if (streams.size() > MetadataUpdate.MAX_STREAMS) {
            streams.clear();
            isComplete = false;
        }
    }

    boolean isEmpty() {
        return newest == null || (!isFirst && isComplete && streams.isEmpty() && nodes.isEmpty());
    }

    /** Returns the update and begins the next one. Must not be {@linkplain #isEmpty empty}. */
    MetadataUpdate take(Function<FrozenMetadata, MetadataSnapshot> toApi) {
        FrozenMetadata snapshot = newest;
        if (snapshot == null) {
            throw new IllegalStateException("no update is pending");
        }
        MetadataUpdate update = new MetadataUpdate(
                toApi.apply(snapshot),
                idsOf(Kind.CREATED),
                idsOf(Kind.CHANGED),
                idsOf(Kind.DELETED),
                nodes,
                isComplete);
        streams.clear();
        nodes.clear();
        newest = null;
        isComplete = true;
        isFirst = false;
        return update;
    }

    private Set<Long> idsOf(Kind kind) {
        return streams.entrySet().stream()
                .filter(entry -> entry.getValue() == kind)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
