package io.s3stream.core.compact;

import io.s3stream.api.StoreConfig;
import java.time.Duration;

/**
 * Settings of compaction.
 *
 * @param interval pause between two looks at the state
 * @param bytesPerSecond maximum read rate
 * @param windowBytes maximum of input bytes in memory, for all inputs together, unless a single block is larger
 * @param partBytes size of one part of an upload; at most four parts are in memory
 * @param minCopyBytes minimum length of one copy by the object storage
 * @param fanout number of similarly sized objects merged into one
 * @param blockBytes maximum size of a data block, unless it is a single batch
 * @param streamObjectBytes minimum size of a run that gets its own object
 * @param streamObjectMaxBytes maximum size of joined stream objects
 * @param requestAttempts maximum of attempts per request before the compaction fails
 */
public record CompactionSettings(
        Duration interval,
        long bytesPerSecond,
        long windowBytes,
        int partBytes,
        long minCopyBytes,
        int fanout,
        int blockBytes,
        long streamObjectBytes,
        long streamObjectMaxBytes,
        int requestAttempts) {

    /** Together with the pauses between them, about half a minute. */
    private static final int REQUEST_ATTEMPTS = 10;

    /** The minimum of S3 for every part except the last. */
    private static final int MIN_PART_BYTES = 5 << 20;

    /** The maximum of S3 is 10 000. The rest is for index and footer. */
    private static final int MAX_PARTS = 9_000;

    public static CompactionSettings of(StoreConfig config) {
        int buffer = config.compactionBufferBytes();
        return new CompactionSettings(
                config.compactionInterval(),
                config.compactionBytesPerSecond(),
                buffer / 2,
                Math.max(MIN_PART_BYTES, buffer / 8),
                MIN_PART_BYTES,
                config.compactionFanout(),
                config.blockBytes(),
                config.streamObjectBytes(),
                config.streamObjectMaxBytes(),
                REQUEST_ATTEMPTS);
    }

    /** Returns the maximum size of one output object. */
    long maxObjectBytes() {
        return Math.multiplyExact((long) partBytes, MAX_PARTS);
    }
}
