package io.s3stream.core.metadata;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The newest state this process has applied. Safe to read from any thread; what it returns is immutable. */
public interface MetadataView {

    UUID storeId();

    /** How many commands the state has seen; grows. */
    long sequence();

    @Nullable
    StreamMetadata stream(long id);

    @Nullable
    ObjectMetadata object(long id);

    @Nullable
    NodeMetadata node(int id);

    /** Changes with each batch of commands of that node, within an epoch of it; 0 for a node that there is none of. */
    long pulse(int nodeId);

    Optional<StreamMetadata> findStream(String name);

    /** By id; empty prefix: all, also those without a name. */
    List<StreamMetadata> streams(String namePrefix);

    /** The first {@code limit} streams with an id greater than {@code after} and a name that begins with the prefix, by id. */
    List<StreamMetadata> streams(String namePrefix, long after, int limit);

    /** Each stream, by id, without a list of all: at least all that were there from the beginning of the call to its end. */
    void forEachStream(Consumer<? super StreamMetadata> action);

    List<NodeMetadata> nodes();

    /** The greatest epoch of a node that was removed; 0 if none was. A node that is not there never has an epoch up to this one. */
    long nodeFloor();

    /** Objects that no stream refers to any more, by id. */
    List<ObjectMetadata> retiredObjects();

    /** Each object that the state knows, by id: at least all that it knew when the call began and still knows at its end. */
    void forEachObject(Consumer<? super ObjectMetadata> action);

    /** What is kept of a stream that recovery could not commit, or null if there is nothing. */
    @Nullable
    Quarantine quarantine(long streamId);

    /** All of them, by stream. */
    List<Quarantine> quarantines();

    /** The greatest stream id ever given; 0 before the first. */
    long lastStreamId();

    /** Where these metadata begin if they were rebuilt. */
    RebuildMark rebuildMark();

    /** Whether ranges of deleted or trimmed streams wait to be taken off their objects. */
    boolean hasReleases();
}
