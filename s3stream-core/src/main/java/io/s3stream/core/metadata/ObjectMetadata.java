package io.s3stream.core.metadata;

/**
 * An object that holds, or held, ranges of streams.
 *
 * @param liveRanges the number of stream ranges that refer to it; 0 means retired
 * @param liveBytes record bytes of those ranges, without block headers and the index
 */
public record ObjectMetadata(long id, String key, long size, int liveRanges, long liveBytes) {

    public boolean isRetired() {
        return liveRanges == 0;
    }
}
