package io.s3stream.core.metadata;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Entities by id, to read and to replace: the state itself, or changes laid over it. */
interface EntityStore {

    @Nullable
    StreamMetadata stream(long id);

    /** Adds or replaces; a stream's name never changes. */
    void putStream(StreamMetadata stream);

    void removeStream(StreamMetadata stream);

    /** The id of the stream with this (non-empty) name. */
    @Nullable
    Long streamNamed(String name);

    /** Streams the node opened under an epoch below {@code nodeEpoch}, by id. Looks at every stream. */
    List<Long> streamsOwnedBefore(int nodeId, long nodeEpoch);

    @Nullable
    ObjectMetadata object(long id);

    void putObject(ObjectMetadata object);

    void removeObject(long id);

    /** Releases have the numbers from this one, the oldest, to {@link #endOfReleases}. */
    long firstRelease();

    /** The number that the next release will have. */
    long endOfReleases();

    @Nullable
    Release release(long number);

    /** Replaces one, or adds one at the end. */
    void putRelease(long number, Release release);

    /** Forgets the oldest. */
    void removeFirstRelease();

    /** What is kept of a stream that recovery could not commit, or null if there is nothing. */
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

    /** Those of the keys that an object of the state has. Looks at every object. */
    Set<String> named(Set<String> keys);

    /** The greatest stream id ever given; 0 before the first. */
    long lastStreamId();

    void lastStreamId(long id);

    /** The greatest object id ever given; 0 before the first. */
    long lastObjectId();

    void lastObjectId(long id);
}
