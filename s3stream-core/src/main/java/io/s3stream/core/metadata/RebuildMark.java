package io.s3stream.core.metadata;

import io.s3stream.layout.ObjectKeys.DataKey;

/**
 * The mark at which rebuilt metadata begin. Objects at or below the mark were written before the rebuild. The metadata
 * may fail to name such an object only because the rebuild could not read it. So no sweep deletes these objects [R42];
 * an operator releases them by key.
 *
 * @param nodeEpoch the maximum node epoch of an object from before the rebuild; each later one is greater
 * @param sequence the maximum position of a metadata object from before the rebuild; each later one is greater
 */
public record RebuildMark(long nodeEpoch, long sequence) {

    /** The mark of metadata that were never rebuilt. */
    public static final RebuildMark NONE = new RebuildMark(0, 0);

    public RebuildMark {
        if (nodeEpoch < 0 || sequence < 0) {
            throw new IllegalArgumentException("rebuild mark: node epoch " + nodeEpoch + ", sequence " + sequence);
        }
    }

    /** Returns whether the object was written before the rebuild. */
    public boolean covers(DataKey key) {
        return !equals(NONE) && key.nodeEpoch() <= nodeEpoch;
    }

    /** Returns whether the metadata object with this position was written before the rebuild. */
    public boolean coversPosition(long position) {
        return !equals(NONE) && position <= sequence;
    }
}
