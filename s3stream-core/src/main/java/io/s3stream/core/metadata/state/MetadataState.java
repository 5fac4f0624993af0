package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.ChangedIds;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.TrackedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state that {@link StateMachine} changes. A single thread applies batches; any thread may read at the same time.
 * Each entity read is consistent in itself. {@link #sequence()} advances after all changes of a batch are visible.
 */
public final class MetadataState implements TrackedState {

    private final UUID storeId;
    private final Entities entities = new Entities();
    private final History history;
    private final ChangeTracker tracker = new ChangeTracker();
    private volatile long sequence;

    /** Creates a state at which the chain begins. */
    public MetadataState(UUID storeId, long sequence) {
        this(storeId, sequence, new History(storeId));
    }

    public MetadataState(UUID storeId, long sequence, History history) {
        this.storeId = storeId;
        this.history = history;
        this.sequence = sequence;
    }

    /** Returns the history. The one thread that applies batches uses it and adds each batch. */
    public History history() {
        return history;
    }

    public Entities entities() {
        return entities;
    }

    /** Sets the sequence. Only the one thread that applies batches calls it. */
    void advanceTo(long newSequence) {
        sequence = newSequence;
    }

    /** Returns the record of changed ids. The one thread that applies batches adds to it. */
    ChangeTracker tracker() {
        return tracker;
    }

    @Override
    public void track(int maxStreams) {
        tracker.begin(maxStreams);
    }

    @Override
    @Nullable
    public ChangedIds takeChanges() {
        return tracker.take();
    }

    @Override
    public UUID storeId() {
        return storeId;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    @Nullable
    public StreamMetadata stream(long id) {
        return entities.stream(id);
    }

    @Override
    @Nullable
    public ObjectMetadata object(long id) {
        return entities.object(id);
    }

    @Override
    @Nullable
    public NodeMetadata node(int id) {
        NodeState node = entities.node(id);
        return node == null ? null : node.metadata();
    }

    @Override
    public long pulse(int nodeId) {
        NodeState node = entities.node(nodeId);
        return node == null ? 0 : node.session().lastBatch();
    }

    /** Returns the node's session with the results of its last batch, or null for a node that never registered. */
    @Nullable
    public NodeSession session(int nodeId) {
        NodeState node = entities.node(nodeId);
        return node == null ? null : node.session();
    }

    @Override
    public Optional<StreamMetadata> findStream(String name) {
        Long id = entities.streamNamed(name);
        return id == null
                ? Optional.empty()
                : Optional.ofNullable(entities.stream(id))
                        .filter(stream -> stream.name().equals(name)); // a rename may be in progress
    }

    @Override
    public List<StreamMetadata> streams(String namePrefix) {
        List<StreamMetadata> found = new ArrayList<>();
        entities.streams.forEach(stream -> {
            if (stream.name().startsWith(namePrefix)) {
                found.add(stream);
            }
        });
        return found;
    }

    @Override
    public List<StreamMetadata> streams(String namePrefix, long after, int limit) {
        List<StreamMetadata> found = new ArrayList<>();
        entities.streams.forEachAfter(after, stream -> {
            if (stream.name().startsWith(namePrefix)) {
                found.add(stream);
            }
            return found.size() < limit;
        });
        return found;
    }

    @Override
    public long nodeFloor() {
        return entities.nodeFloor();
    }

    @Override
    public void forEachStream(Consumer<? super StreamMetadata> action) {
        entities.streams.forEach(action);
    }

    @Override
    public List<NodeMetadata> nodes() {
        return entities.nodes.values().stream().map(NodeState::metadata).toList();
    }

    /** Returns all objects by id, including retired ones; for tools. */
    public List<ObjectMetadata> objects() {
        List<ObjectMetadata> all = new ArrayList<>();
        entities.objects.forEach(all::add);
        return all;
    }

    @Override
    public List<ObjectMetadata> retiredObjects() {
        List<ObjectMetadata> found = new ArrayList<>();
        for (Long id : entities.retired) {
            ObjectMetadata object = entities.object(id);
            if (object != null && object.isRetired()) {
                found.add(object);
            }
        }
        return found;
    }

    @Override
    public void forEachObject(Consumer<? super ObjectMetadata> action) {
        entities.objects.forEach(action);
    }

    @Override
    @Nullable
    public Quarantine quarantine(long streamId) {
        return entities.quarantine(streamId);
    }

    @Override
    public List<Quarantine> quarantines() {
        return List.copyOf(entities.quarantines.values());
    }

    @Override
    public long lastStreamId() {
        return entities.lastStreamId();
    }

    @Override
    public RebuildMark rebuildMark() {
        return entities.rebuildMark();
    }

    @Override
    public boolean hasReleases() {
        return !entities.releases.isEmpty();
    }
}
