package io.s3stream.core.snapshot;

import io.s3stream.core.metadata.ChangedIds;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes snapshots. Pure: the caller says which ids have changed, and holds the state still. */
@SuppressWarnings("ReferenceEquality") // identity is meant
final class Freezer {

    private Freezer() {}

    /**
     * Returns a snapshot of a state that may change at the same time. It may show a stream before a batch and another
     * stream after it. {@link #advanced} with the ids that have changed since makes it consistent.
     */
    static FrozenMetadata base(MetadataView state) {
        List<StreamMetadata> streams = new ArrayList<>();
        List<NamedStream> names = new ArrayList<>();
        Map<Integer, Integer> open = new HashMap<>();
        state.forEachStream(stream -> {
            streams.add(stream);
            names.add(new NamedStream(stream.name(), stream.id()));
            count(open, stream, 1);
        });
        names.sort(NamedStream.ORDER);
        return new FrozenMetadata(
                state.sequence(),
                PersistentTree.of(FrozenMetadata.BY_ID, streams),
                PersistentTree.of(NamedStream.ORDER, names),
                nodes(state),
                Collections.unmodifiableMap(open),
                quarantines(state));
    }

    /** Returns the snapshot of a state that does not change, from an earlier snapshot. */
    static FrozenMetadata advanced(FrozenMetadata before, MetadataView state, ChangedIds changed) {
        PersistentTree<StreamMetadata> streams = before.streamTree();
        PersistentTree<NamedStream> names = before.nameTree();
        Map<Integer, Integer> open = new HashMap<>(before.openStreamsByNode());
        for (long id : changed.streams()) {
            StreamMetadata old = before.stream(id);
            StreamMetadata now = state.stream(id);
            if (now != null) {
                streams = streams.with(now);
            } else if (old != null) {
                streams = streams.without(old);
            }
            names = renamed(names, old, now);
            if (old != null) {
                count(open, old, -1);
            }
            if (now != null) {
                count(open, now, 1);
            }
        }
        return new FrozenMetadata(
                state.sequence(),
                streams,
                names,
                isSame(before, state, changed.nodes()) ? before.nodesById() : nodes(state),
                Collections.unmodifiableMap(open),
                changed.streams().isEmpty() ? before.quarantinesById() : quarantines(state));
    }

    /** Each batch changes the session of its node. The rest of a node is the same object until it changes. */
    private static boolean isSame(FrozenMetadata before, MetadataView state, Iterable<Integer> nodeIds) {
        for (int id : nodeIds) {
            if (before.node(id) != state.node(id)) {
                return false;
            }
        }
        return true;
    }

    private static PersistentTree<NamedStream> renamed(
            PersistentTree<NamedStream> names, @Nullable StreamMetadata old, @Nullable StreamMetadata now) {
        if (old != null && now != null && old.name().equals(now.name())) {
            return names;
        }
        PersistentTree<NamedStream> changed = names;
        if (old != null) {
            changed = changed.without(new NamedStream(old.name(), old.id()));
        }
        return now == null ? changed : changed.with(new NamedStream(now.name(), now.id()));
    }

    private static void count(Map<Integer, Integer> open, StreamMetadata stream, int by) {
        if (stream.isOpen()) {
            int count = open.getOrDefault(stream.owner(), 0) + by;
            if (count == 0) {
                open.remove(stream.owner());
            } else {
                open.put(stream.owner(), count);
            }
        }
    }

    private static Map<Integer, NodeMetadata> nodes(MetadataView state) {
        Map<Integer, NodeMetadata> nodes = new TreeMap<>();
        state.nodes().forEach(node -> nodes.put(node.id(), node));
        return Collections.unmodifiableMap(nodes);
    }

    private static Map<Long, Quarantine> quarantines(MetadataView state) {
        Map<Long, Quarantine> quarantines = new HashMap<>();
        state.quarantines().forEach(quarantine -> quarantines.put(quarantine.streamId(), quarantine));
        return Collections.unmodifiableMap(quarantines);
    }
}
