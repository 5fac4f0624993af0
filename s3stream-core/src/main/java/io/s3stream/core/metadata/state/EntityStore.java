package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StreamMetadata;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Entities by id, to read and to replace. Implemented by the state itself and by changes laid over it. */
interface EntityStore {

    @Nullable
    StreamMetadata stream(long id);

    /** Adds or replaces. A name passes to the stream that was put with it last. */
    void putStream(StreamMetadata stream);

    void removeStream(StreamMetadata stream);

    /** Returns the id of the stream with this (non-empty) name. */
    @Nullable
    Long streamNamed(String name);

    /** Returns, by id, the streams that the node opened under an epoch below {@code nodeEpoch}. Scans all streams. */
    List<Long> streamsOwnedBefore(int nodeId, long nodeEpoch);

    @Nullable
    ObjectMetadata object(long id);

    void putObject(ObjectMetadata object);

    void removeObject(long id);

    /** Returns the number of the oldest release. Releases are numbered from it to {@link #endOfReleases}. */
    long firstRelease();

    /** Returns the number of the next release. */
    long endOfReleases();

    @Nullable
    Release release(long number);

    /** Replaces a release, or adds one at the end. */
    void putRelease(long number, Release release);

    /** Removes the oldest release. */
    void removeFirstRelease();

    /** Returns the kept records of a stream that recovery could not commit, or null if there are none. */
    @Nullable
    Quarantine quarantine(long streamId);

    void putQuarantine(Quarantine quarantine);

    void removeQuarantine(long streamId);

    @Nullable
    NodeState node(int id);

    void putNode(NodeState node);

    void removeNode(int id);

    /** The greatest epoch of a node that was removed; 0 if none was. */
    long nodeFloor();

    void nodeFloor(long epoch);

    RebuildMark rebuildMark();

    /** Returns those of the keys that belong to an object of the state. Scans all objects. */
    Set<String> named(Set<String> keys);

    /** Returns the greatest stream id ever assigned; 0 before the first. */
    long lastStreamId();

    void lastStreamId(long id);

    /** Returns the greatest object id ever assigned; 0 before the first. */
    long lastObjectId();

    void lastObjectId(long id);
}
