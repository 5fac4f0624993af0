package io.s3stream.api.metadata;

import java.util.Set;

/**
 * The changes between two calls of a {@link MetadataListener}. The first call of a watch has the snapshot at which the watch
 * begins, and names no change.
 *
 * <p>A stream has changed if its name, tags, epochs, owner, seal or quarantine have changed. Start offset, committed end and
 * size change with each upload, and do not count. A node has changed if its epoch, tags or WALs have changed, or if it was
 * added or removed.
 *
 * @param snapshot the metadata after the changes
 * @param created ids of the streams that have begun to match the prefix: new streams, and streams with a new name
 * @param changed ids of the streams that matched before, still match, and are different
 * @param deleted ids of the streams that no longer match: deleted streams, and streams with a new name
 * @param nodes ids of the nodes that have changed
 * @param isComplete whether the three sets of streams are complete. They are empty if more than {@link #MAX_STREAMS}
 *     streams have changed since the last call: then read the streams from the snapshot
 */
public record MetadataUpdate(
        MetadataSnapshot snapshot,
        Set<Long> created,
        Set<Long> changed,
        Set<Long> deleted,
        Set<Integer> nodes,
        boolean isComplete) {

    /** The maximum number of streams that one update names. */
    public static final int MAX_STREAMS = 10_000;

    public MetadataUpdate {
        created = Set.copyOf(created);
        changed = Set.copyOf(changed);
        deleted = Set.copyOf(deleted);
        nodes = Set.copyOf(nodes);
    }
}
