package io.s3stream.core.metadata;

import java.util.Map;

/**
 * A stream in the metadata. Immutable, so a reader may keep it.
 *
 * @param owner the node that has it open, or {@link #NO_OWNER}
 * @param ownerEpoch the node epoch of the owner
 */
public record StreamMetadata(
        long id,
        String name,
        Map<String, String> tags,
        long epoch,
        int owner,
        long ownerEpoch,
        long startOffset,
        long committedEnd,
        RangeList ranges) {

    public static final int NO_OWNER = -1;

    public boolean isOpen() {
        return owner != NO_OWNER;
    }

    public static StreamMetadata created(long id, String name, Map<String, String> tags) {
        return new StreamMetadata(id, name, Map.copyOf(tags), 0, NO_OWNER, 0, 0, 0, RangeList.EMPTY);
    }

    public StreamMetadata opened(long newEpoch, int node, long nodeEpoch) {
        return new StreamMetadata(id, name, tags, newEpoch, node, nodeEpoch, startOffset, committedEnd, ranges);
    }

    public StreamMetadata closed() {
        return new StreamMetadata(id, name, tags, epoch, NO_OWNER, 0, startOffset, committedEnd, ranges);
    }

    /** Raises the epoch, so that the next opening gets an epoch beyond the other one. */
    public StreamMetadata atLeast(long otherEpoch) {
        return otherEpoch <= epoch
                ? this
                : new StreamMetadata(id, name, tags, otherEpoch, owner, ownerEpoch, startOffset, committedEnd, ranges);
    }

    public StreamMetadata trimmed(long newStart, RangeList left) {
        return new StreamMetadata(id, name, tags, epoch, owner, ownerEpoch, newStart, committedEnd, left);
    }

    public StreamMetadata compacted(RangeList fewer) {
        return new StreamMetadata(id, name, tags, epoch, owner, ownerEpoch, startOffset, committedEnd, fewer);
    }

    public StreamMetadata committed(long newEnd, RangeList all) {
        return new StreamMetadata(id, name, tags, epoch, owner, ownerEpoch, startOffset, newEnd, all);
    }
}
