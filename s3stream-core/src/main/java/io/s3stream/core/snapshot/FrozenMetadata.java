package io.s3stream.core.snapshot;

import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** All streams and nodes after a number of commands. Immutable; shares unchanged parts with the snapshot before it. */
public final class FrozenMetadata {

    static final Comparator<StreamMetadata> BY_ID = Comparator.comparingLong(StreamMetadata::id);

    private final long sequence;
    private final PersistentTree<StreamMetadata> streams;
    private final PersistentTree<NamedStream> names;
    private final Map<Integer, NodeMetadata> nodes;
    private final Map<Integer, Integer> openStreams;
    private final Map<Long, Quarantine> quarantines;

    /**
     * @param nodes by id, ascending
     * @param openStreams the number of open streams of each node that has any
     */
    FrozenMetadata(
            long sequence,
            PersistentTree<StreamMetadata> streams,
            PersistentTree<NamedStream> names,
            Map<Integer, NodeMetadata> nodes,
            Map<Integer, Integer> openStreams,
            Map<Long, Quarantine> quarantines) {
        this.sequence = sequence;
        this.streams = streams;
        this.names = names;
        this.nodes = nodes;
        this.openStreams = openStreams;
        this.quarantines = quarantines;
    }

    /** Returns the number of commands that were applied. */
    public long sequence() {
        return sequence;
    }

    @Nullable
    public StreamMetadata stream(long id) {
        return streams.find(stream -> Long.compare(id, stream.id()));
    }

    @Nullable
    public StreamMetadata findStream(String name) {
        StreamMetadata[] found = new StreamMetadata[1];
        if (!name.isEmpty()) {
            names.forEachFrom(placeOf(new NamedStream(name, 0)), named -> {
                if (named.name().equals(name)) {
                    found[0] = stream(named.id());
                }
                return false;
            });
        }
        return found[0];
    }

    /**
     * Returns up to {@code limit} streams whose name begins with the prefix, by name and then by id.
     *
     * @param after the stream before the first one; null for the first page
     */
    public List<StreamMetadata> streams(String prefix, @Nullable StreamMetadata after, int limit) {
        NamedStream first = new NamedStream(prefix, 0);
        if (after != null && NamedStream.ORDER.compare(new NamedStream(after.name(), after.id()), first) >= 0) {
            first = new NamedStream(after.name(), after.id() + 1);
        }
        List<StreamMetadata> found = new ArrayList<>();
        names.forEachFrom(placeOf(first), named -> {
            StreamMetadata stream = named.name().startsWith(prefix) ? stream(named.id()) : null;
            if (stream == null) {
                return false;
            }
            found.add(stream);
            return found.size() < limit;
        });
        return found;
    }

    /** Visits each stream by id. */
    void forEachStream(Consumer<? super StreamMetadata> action) {
        streams.forEachFrom(stream -> -1, stream -> {
            action.accept(stream);
            return true;
        });
    }

    private static ToIntFunction<NamedStream> placeOf(NamedStream place) {
        return named -> NamedStream.ORDER.compare(place, named);
    }

    /** Returns the nodes by id. */
    public List<NodeMetadata> nodes() {
        return List.copyOf(nodes.values());
    }

    @Nullable
    public NodeMetadata node(int id) {
        return nodes.get(id);
    }

    /** Returns the number of streams that the node has open. */
    public int openStreams(int nodeId) {
        return openStreams.getOrDefault(nodeId, 0);
    }

    @Nullable
    public Quarantine quarantine(long streamId) {
        return quarantines.get(streamId);
    }

    PersistentTree<StreamMetadata> streamTree() {
        return streams;
    }

    PersistentTree<NamedStream> nameTree() {
        return names;
    }

    Map<Integer, NodeMetadata> nodesById() {
        return nodes;
    }

    Map<Integer, Integer> openStreamsByNode() {
        return openStreams;
    }

    Map<Long, Quarantine> quarantinesById() {
        return quarantines;
    }
}
