package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.RangeList;

/**
 * The first {@code count} ranges of a list. No stream has them, but their objects still count them. Releasing costs
 * time for each range, so it is done in portions, the oldest release first.
 */
public record Release(RangeList ranges, int count) {

    public Release {
        if (count < 1 || count > ranges.size()) {
            throw new IllegalArgumentException("release of " + count + " ranges of " + ranges.size());
        }
    }
}
