package io.s3stream.core.metadata;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The newest state that this process has applied. Any thread may read it. Its results are immutable. */
public interface MetadataView {

    UUID storeId();

    /** Returns the number of commands applied to the state; it grows. */
    long sequence();

    @Nullable
    StreamMetadata stream(long id);

    @Nullable
    ObjectMetadata object(long id);

    @Nullable
    NodeMetadata node(int id);

    /** Returns a value that changes with each batch of that node within one epoch; 0 for an unknown node. */
    long pulse(int nodeId);

    Optional<StreamMetadata> findStream(String name);

    /** Returns the streams by id. An empty prefix selects all, including those without a name. */
    List<StreamMetadata> streams(String namePrefix);

    /** The first {@code limit} streams with an id greater than {@code after} and a name that begins with the prefix, by id. */
    List<StreamMetadata> streams(String namePrefix, long after, int limit);

    /**
     * Visits each stream by id without building a list. Visits at least all streams that exist from the beginning of
     * the call to its end.
     */
    void forEachStream(Consumer<? super StreamMetadata> action);

    List<NodeMetadata> nodes();

    /** The greatest epoch of a node that was removed; 0 if none was. A node that is not there never has an epoch up to this one. */
    long nodeFloor();

    /** Returns the objects that no stream refers to, by id. */
    List<ObjectMetadata> retiredObjects();

    /** Visits each object by id: at least all that exist from the beginning of the call to its end. */
    void forEachObject(Consumer<? super ObjectMetadata> action);

    /** Returns the kept records of a stream that recovery could not commit, or null if there are none. */
    @Nullable
    Quarantine quarantine(long streamId);

    /** Returns all quarantines, by stream. */
    List<Quarantine> quarantines();

    /** Returns the greatest stream id ever assigned; 0 before the first. */
    long lastStreamId();

    /** Returns the mark at which rebuilt metadata begin. */
    RebuildMark rebuildMark();

    /** Returns whether ranges of deleted or trimmed streams still have to be released. */
    boolean hasReleases();
}
