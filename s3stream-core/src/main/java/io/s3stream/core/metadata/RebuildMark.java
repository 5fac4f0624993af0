package io.s3stream.core.metadata;

import io.s3stream.layout.ObjectKeys.DataKey;

/**
 * Where rebuilt metadata begin. Objects at or below the mark were written before the rebuild: the metadata may fail to name
 * one only because the rebuild could not read it. So no sweep deletes them [R42]; an operator releases them by key.
 *
 * @param nodeEpoch the greatest node epoch that an object of before the rebuild may have; each later one is greater
 * @param sequence the greatest position that a metadata object of before the rebuild may have; each later one is greater
 */
public record RebuildMark(long nodeEpoch, long sequence) {

    /** Of metadata that were never rebuilt. */
    public static final RebuildMark NONE = new RebuildMark(0, 0);

    public RebuildMark {
        if (nodeEpoch < 0 || sequence < 0) {
            throw new IllegalArgumentException("rebuild mark: node epoch " + nodeEpoch + ", sequence " + sequence);
        }
    }

    /** Whether the object was written before the rebuild. */
    public boolean covers(DataKey key) {
        return !equals(NONE) && key.nodeEpoch() <= nodeEpoch;
    }

    /** Whether the metadata object of this position was written before the rebuild. */
    public boolean coversPosition(long position) {
        return !equals(NONE) && position <= sequence;
    }
}
