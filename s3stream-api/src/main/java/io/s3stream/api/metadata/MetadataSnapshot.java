package io.s3stream.api.metadata;

import java.util.List;
import java.util.Optional;

/**
 * All streams and nodes of a store at one moment. Immutable and thread-safe, and makes no request. A snapshot that the
 * host keeps retains the facts of streams that have changed since, and nothing else.
 */
public interface MetadataSnapshot {

    /**
     * The number of commands that the metadata had at that moment. It grows with each commit of any node. Two snapshots
     * of one store with the same version are equal, also in different processes.
     */
    long version();

    /** All nodes that were not removed, by id. */
    List<NodeInfo> nodes();

    /** The node of that id, or nothing. */
    Optional<NodeInfo> node(int id);

    /** The stream of that id, or nothing. */
    Optional<StreamInfo> stream(long id);

    /** The stream of that name, or nothing. */
    Optional<StreamInfo> findStream(String name);

    /**
     * Returns one page of the streams whose name begins with {@code prefix} (empty: every stream), by name and then by
     * id. The last id of a page is {@code after} of the next one. A page with fewer than {@code limit} streams is the
     * last. The cost depends on the size of the page, not on the number of streams.
     *
     * @param after the id of a stream of this snapshot; 0 for the first page
     * @param limit of streams in the page, 1 to {@link io.s3stream.api.StreamStore#MAX_LIST}
     * @throws io.s3stream.api.errors.InvalidRequestException for a limit out of range, or an id that is not in this
     *     snapshot
     */
    List<StreamInfo> streams(String prefix, long after, int limit);
}
