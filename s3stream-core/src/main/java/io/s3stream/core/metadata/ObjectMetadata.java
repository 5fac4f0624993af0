package io.s3stream.core.metadata;

/**
 * An object that is, or was, part of some stream.
 *
 * @param liveRanges how many ranges of streams refer to it; 0 means retired
 * @param liveBytes record bytes of those ranges; headers of blocks and the index are not counted
 */
public record ObjectMetadata(long id, String key, long size, int liveRanges, long liveBytes) {

    public boolean isRetired() {
        return liveRanges == 0;
    }
}
