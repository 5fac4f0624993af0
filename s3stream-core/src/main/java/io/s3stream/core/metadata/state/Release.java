package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.RangeList;

/**
 * Ranges that no stream has any more and that still count as live for their objects: the first {@code count} of a list.
 * Taking them off costs time for each, so that it is done in portions, the oldest release first.
 */
public record Release(RangeList ranges, int count) {

    public Release {
        if (count < 1 || count > ranges.size()) {
            throw new IllegalArgumentException("release of " + count + " ranges of " + ranges.size());
        }
    }
}
