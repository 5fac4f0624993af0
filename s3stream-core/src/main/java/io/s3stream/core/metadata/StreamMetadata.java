package io.s3stream.core.metadata;

import java.util.Map;

/**
 * A stream in the metadata. Immutable, so a reader may keep it.
 *
 * @param epoch grows by one with each ownership
 * @param callerEpoch the greatest epoch that a caller gave with an opening; 0 before the first
 * @param owner the node that has it open, or {@link #NO_OWNER}
 * @param ownerEpoch the node epoch of the owner
 * @param isSealed whether the committed end is final
 * @param epochs of the readable records, each with its first offset
 */
public record StreamMetadata(
        long id,
        String name,
        Map<String, String> tags,
        long epoch,
        long callerEpoch,
        int owner,
        long ownerEpoch,
        boolean isSealed,
        long startOffset,
        long committedEnd,
        RangeList ranges,
        EpochList epochs) {

    public static final int NO_OWNER = -1;

    public boolean isOpen() {
        return owner != NO_OWNER;
    }

    /** Returns a new stream without records. */
    public static StreamMetadata created(long id, String name, Map<String, String> tags) {
        return new StreamMetadata(
                id, name, Map.copyOf(tags), 0, 0, NO_OWNER, 0, false, 0, 0, RangeList.EMPTY, EpochList.EMPTY);
    }

    /** Returns this stream with other records, whose epochs are at most {@code newEpoch}. */
    public StreamMetadata withRecords(long newEpoch, long start, long end, RangeList all, EpochList epochsOfAll) {
        return new StreamMetadata(
                id, name, tags, newEpoch, callerEpoch, owner, ownerEpoch, isSealed, start, end, all, epochsOfAll);
    }

    public StreamMetadata owned(long newEpoch, long newCallerEpoch, int node, long nodeEpoch) {
        return new StreamMetadata(
                id,
                name,
                tags,
                newEpoch,
                newCallerEpoch,
                node,
                nodeEpoch,
                isSealed,
                startOffset,
                committedEnd,
                ranges,
                epochs);
    }

    public StreamMetadata closed() {
        return owned(epoch, callerEpoch, NO_OWNER, 0);
    }

    /** Raises the epoch, so that the next opening gets an epoch beyond the other one. */
    public StreamMetadata atLeast(long otherEpoch) {
        return otherEpoch <= epoch ? this : owned(otherEpoch, callerEpoch, owner, ownerEpoch);
    }

    public StreamMetadata tagged(Map<String, String> newTags) {
        return new StreamMetadata(
                id,
                name,
                Map.copyOf(newTags),
                epoch,
                callerEpoch,
                owner,
                ownerEpoch,
                isSealed,
                startOffset,
                committedEnd,
                ranges,
                epochs);
    }

    public StreamMetadata named(String newName) {
        return new StreamMetadata(
                id,
                newName,
                tags,
                epoch,
                callerEpoch,
                owner,
                ownerEpoch,
                isSealed,
                startOffset,
                committedEnd,
                ranges,
                epochs);
    }

    /** With a final committed end. */
    public StreamMetadata ended() {
        return new StreamMetadata(
                id, name, tags, epoch, callerEpoch, owner, ownerEpoch, true, startOffset, committedEnd, ranges, epochs);
    }

    public StreamMetadata trimmed(long newStart, RangeList left) {
        return withRecords(
                epoch, newStart, committedEnd, left, left.isEmpty() ? EpochList.EMPTY : epochs.from(newStart));
    }

    public StreamMetadata compacted(RangeList fewer) {
        return withRecords(epoch, startOffset, committedEnd, fewer, epochs);
    }

    /**
     * Returns this stream with records up to {@code newEnd}.
     *
     * @param all the ranges; without the new one if all of it was trimmed before
     */
    public StreamMetadata committed(long newEnd, long recordEpoch, RangeList all) {
        EpochList more =
                all.isEmpty() ? EpochList.EMPTY : epochs.with(recordEpoch, Math.max(committedEnd, startOffset));
        return withRecords(epoch, startOffset, newEnd, all, more);
    }
}
