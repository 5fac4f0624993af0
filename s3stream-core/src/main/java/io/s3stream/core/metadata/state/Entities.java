package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** The tables of the state, for a single writer and any number of concurrent readers. */
public final class Entities implements EntityStore {

    public final IdTable<StreamMetadata> streams = new IdTable<>();
    public final IdTable<ObjectMetadata> objects = new IdTable<>();
    public final ConcurrentSkipListMap<Integer, NodeState> nodes = new ConcurrentSkipListMap<>();
    /** Ids of the retired objects, so that deletion need not scan all objects. */
    final ConcurrentSkipListSet<Long> retired = new ConcurrentSkipListSet<>();

    /** In the order of arrival. */
    public final ConcurrentSkipListMap<Long, Release> releases = new ConcurrentSkipListMap<>();

    /** By stream. */
    public final ConcurrentSkipListMap<Long, Quarantine> quarantines = new ConcurrentSkipListMap<>();

    final ConcurrentHashMap<String, Long> names = new ConcurrentHashMap<>();
    private long firstRelease; // only the writer uses it
    private volatile long lastStreamId;
    private volatile long lastObjectId;
    private volatile long nodeFloor;
    private volatile RebuildMark rebuildMark = RebuildMark.NONE;

    @Override
    @Nullable
    public StreamMetadata stream(long id) {
        return streams.get(id);
    }

    @Override
    public void putStream(StreamMetadata stream) {
        StreamMetadata before = streams.get(stream.id());
        streams.put(stream.id(), stream);
        if (before != null && before.name().equals(stream.name())) {
            return;
        }
        if (!stream.name().isEmpty()) {
            names.put(stream.name(), stream.id());
        }
        if (before != null) {
            names.remove(before.name(), before.id());
        }
    }

    @Override
    public void removeStream(StreamMetadata stream) {
        names.remove(stream.name(), stream.id());
        streams.remove(stream.id());
    }

    @Override
    @Nullable
    public Long streamNamed(String name) {
        return names.get(name);
    }

    @Override
    public List<Long> streamsOwnedBefore(int nodeId, long nodeEpoch) {
        List<Long> owned = new ArrayList<>();
        streams.forEach(stream -> {
            if (stream.owner() == nodeId && stream.ownerEpoch() < nodeEpoch) {
                owned.add(stream.id());
            }
        });
        return owned;
    }

    @Override
    @Nullable
    public ObjectMetadata object(long id) {
        return objects.get(id);
    }

    @Override
    public void putObject(ObjectMetadata object) {
        objects.put(object.id(), object);
        if (object.isRetired()) {
            retired.add(object.id());
        } else {
            retired.remove(object.id());
        }
    }

    @Override
    public void removeObject(long id) {
        retired.remove(id);
        objects.remove(id);
    }

    @Override
    public long firstRelease() {
        return firstRelease;
    }

    @Override
    public long endOfReleases() {
        return firstRelease + releases.size();
    }

    @Override
    @Nullable
    public Release release(long number) {
        return releases.get(number);
    }

    @Override
    public void putRelease(long number, Release release) {
        releases.put(number, release);
    }

    @Override
    public void removeFirstRelease() {
        releases.remove(firstRelease);
        firstRelease++;
    }

    @Override
    @Nullable
    public Quarantine quarantine(long streamId) {
        return quarantines.get(streamId);
    }

    @Override
    public void putQuarantine(Quarantine quarantine) {
        quarantines.put(quarantine.streamId(), quarantine);
    }

    @Override
    public void removeQuarantine(long streamId) {
        quarantines.remove(streamId);
    }

    @Override
    @Nullable
    public NodeState node(int id) {
        return nodes.get(id);
    }

    @Override
    public void putNode(NodeState node) {
        nodes.put(node.metadata().id(), node);
    }

    @Override
    public void removeNode(int id) {
        nodes.remove(id);
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
        return rebuildMark;
    }

    /** Sets the mark of an initial state: no command changes it. */
    public void rebuildMark(RebuildMark mark) {
        rebuildMark = mark;
    }

    @Override
    public Set<String> named(Set<String> keys) {
        Set<String> named = new HashSet<>();
        objects.forEach(object -> {
            if (keys.contains(object.key())) {
                named.add(object.key());
            }
        });
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
