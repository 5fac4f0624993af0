package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes laid over a store, which does not change before {@link #writeTo}. The overlay of a refused command is
 * dropped, and so is that of a batch whose compare-and-set failed. For one thread.
 */
final class Overlay implements EntityStore {

    private final EntityStore below;
    private final Map<Long, Optional<StreamMetadata>> streams = new LinkedHashMap<>();
    private final Map<String, Optional<Long>> names = new LinkedHashMap<>();
    private final Map<Long, Optional<ObjectMetadata>> objects = new LinkedHashMap<>();
    private final Map<Integer, Optional<NodeState>> nodes = new LinkedHashMap<>();
    private final Map<Long, Release> releases = new LinkedHashMap<>();
    private final Map<Long, Optional<Quarantine>> quarantines = new LinkedHashMap<>();
    private long firstRelease;
    private long endOfReleases;
    private long lastStreamId;
    private long lastObjectId;
    private long nodeFloor;

    Overlay(EntityStore below) {
        this.below = below;
        this.lastStreamId = below.lastStreamId();
        this.lastObjectId = below.lastObjectId();
        this.nodeFloor = below.nodeFloor();
        this.firstRelease = below.firstRelease();
        this.endOfReleases = below.endOfReleases();
    }

    /**
     * Writes the changes. The order of streams does not matter: a stream releases its former name only while it holds
     * that name.
     */
    void writeTo(EntityStore target) {
        streams.forEach((id, changed) -> {
            if (changed.isPresent()) {
                target.putStream(changed.get());
            } else {
                StreamMetadata known = target.stream(id);
                if (known != null) {
                    target.removeStream(known);
                }
            }
        });
        objects.forEach((id, changed) -> {
            if (changed.isPresent()) {
                target.putObject(changed.get());
            } else {
                target.removeObject(id);
            }
        });
        quarantines.forEach((id, changed) -> {
            if (changed.isPresent()) {
                target.putQuarantine(changed.get());
            } else {
                target.removeQuarantine(id);
            }
        });
        releases.forEach(target::putRelease);
        while (target.firstRelease() < firstRelease) {
            target.removeFirstRelease();
        }
        nodes.forEach((id, changed) -> {
            if (changed.isPresent()) {
                target.putNode(changed.get());
            } else {
                target.removeNode(id);
            }
        });
        target.nodeFloor(nodeFloor);
        target.lastStreamId(lastStreamId);
        target.lastObjectId(lastObjectId);
    }

    /** Records the ids of all changed entities that a snapshot shows. */
    void recordIn(ChangeTracker tracker) {
        tracker.changed(streams.keySet(), nodes.keySet());
        tracker.changed(quarantines.keySet(), List.of());
    }

    @Override
    @Nullable
    public StreamMetadata stream(long id) {
        Optional<StreamMetadata> changed = streams.get(id);
        return changed == null ? below.stream(id) : changed.orElse(null);
    }

    @Override
    public void putStream(StreamMetadata stream) {
        StreamMetadata before = stream(stream.id());
        streams.put(stream.id(), Optional.of(stream));
        if (before != null && before.name().equals(stream.name())) {
            return;
        }
        if (before != null) {
            releaseName(before);
        }
        if (!stream.name().isEmpty()) {
            names.put(stream.name(), Optional.of(stream.id()));
        }
    }

    /** The name may already have passed to another stream. */
    private void releaseName(StreamMetadata stream) {
        Long holder = stream.name().isEmpty() ? null : streamNamed(stream.name());
        if (holder != null && holder == stream.id()) {
            names.put(stream.name(), Optional.empty());
        }
    }

    @Override
    public void removeStream(StreamMetadata stream) {
        streams.put(stream.id(), Optional.empty());
        releaseName(stream);
    }

    @Override
    @Nullable
    public Long streamNamed(String name) {
        Optional<Long> changed = names.get(name);
        return changed == null ? below.streamNamed(name) : changed.orElse(null);
    }

    @Override
    public List<Long> streamsOwnedBefore(int nodeId, long nodeEpoch) {
        // Streams changed in this overlay are closed, deleted or open under the present epoch: they only shorten the
        // list.
        return below.streamsOwnedBefore(nodeId, nodeEpoch).stream()
                .filter(id -> {
                    StreamMetadata stream = stream(id);
                    return stream != null && stream.owner() == nodeId && stream.ownerEpoch() < nodeEpoch;
                })
                .toList();
    }

    @Override
    @Nullable
    public ObjectMetadata object(long id) {
        Optional<ObjectMetadata> changed = objects.get(id);
        return changed == null ? below.object(id) : changed.orElse(null);
    }

    @Override
    public void putObject(ObjectMetadata object) {
        objects.put(object.id(), Optional.of(object));
    }

    @Override
    public void removeObject(long id) {
        objects.put(id, Optional.empty());
    }

    @Override
    public long firstRelease() {
        return firstRelease;
    }

    @Override
    public long endOfReleases() {
        return endOfReleases;
    }

    @Override
    @Nullable
    public Release release(long number) {
        Release changed = releases.get(number);
        return changed == null ? below.release(number) : changed;
    }

    @Override
    public void putRelease(long number, Release release) {
        releases.put(number, release);
        endOfReleases = Math.max(endOfReleases, number + 1);
    }

    /** A changed release is still written and then removed, because numbers must leave no gap. */
    @Override
    public void removeFirstRelease() {
        firstRelease++;
    }

    @Override
    @Nullable
    public Quarantine quarantine(long streamId) {
        Optional<Quarantine> changed = quarantines.get(streamId);
        return changed == null ? below.quarantine(streamId) : changed.orElse(null);
    }

    @Override
    public void putQuarantine(Quarantine quarantine) {
        quarantines.put(quarantine.streamId(), Optional.of(quarantine));
    }

    @Override
    public void removeQuarantine(long streamId) {
        quarantines.put(streamId, Optional.empty());
    }

    @Override
    @Nullable
    public NodeState node(int id) {
        Optional<NodeState> changed = nodes.get(id);
        return changed == null ? below.node(id) : changed.orElse(null);
    }

    @Override
    public void putNode(NodeState node) {
        nodes.put(node.metadata().id(), Optional.of(node));
    }

    @Override
    public void removeNode(int id) {
        nodes.put(id, Optional.empty());
    }

    @Override
    public long nodeFloor() {
        return nodeFloor;
    }

    @Override
    public void nodeFloor(long epoch) {
        nodeFloor = epoch;
    }

    @Override
    public RebuildMark rebuildMark() {
        return below.rebuildMark();
    }

    @Override
    public Set<String> named(Set<String> keys) {
        Set<String> named = new HashSet<>(below.named(keys));
        objects.values()
                .forEach(changed ->
                        changed.map(ObjectMetadata::key).filter(keys::contains).ifPresent(named::add));
        return named;
    }

    @Override
    public long lastStreamId() {
        return lastStreamId;
    }

    @Override
    public void lastStreamId(long id) {
        lastStreamId = id;
    }

    @Override
    public long lastObjectId() {
        return lastObjectId;
    }

    @Override
    public void lastObjectId(long id) {
        lastObjectId = id;
    }
}
