package io.s3stream.core.compact;

import io.s3stream.api.StoreConfig;
import java.time.Duration;

/**
 * How compaction works.
 *
 * @param interval how long after a look at the state it looks again
 * @param bytesPerSecond how fast it reads at most
 * @param windowBytes of all inputs together that are in memory, unless a single block is larger
 * @param partBytes of one part of an upload; at most four are in memory
 * @param copyLeastBytes what the object storage copies by itself has at least this much in one piece
 * @param fanout so many objects of one tier are merged
 * @param blockBytes the most a data block has, unless it is a single batch
 * @param streamObjectBytes a run of a stream with this much gets an object of its own
 * @param streamObjectMaxBytes up to which stream objects are joined
 * @param requestAttempts how often a request is made at most before the compaction fails
 */
public record CompactionSettings(
        Duration interval,
        long bytesPerSecond,
        long windowBytes,
        int partBytes,
        long copyLeastBytes,
        int fanout,
        int blockBytes,
        long streamObjectBytes,
        long streamObjectMaxBytes,
        int requestAttempts) {

    /** With the pauses between them they bridge about half a minute. */
    private static final int REQUEST_ATTEMPTS = 10;

    /** S3 takes no smaller parts but the last. */
    private static final int LEAST_PART_BYTES = 5 << 20;

    /** Of 10 000, with some left for index and footer. */
    private static final int MOST_PARTS = 9_000;

    public static CompactionSettings of(StoreConfig config) {
        int buffer = config.compactionBufferBytes();
        return new CompactionSettings(
                config.compactionInterval(),
                config.compactionBytesPerSecond(),
                buffer / 2,
                Math.max(LEAST_PART_BYTES, buffer / 8),
                LEAST_PART_BYTES,
                config.compactionFanout(),
                config.blockBytes(),
                config.streamObjectBytes(),
                config.streamObjectMaxBytes(),
                REQUEST_ATTEMPTS);
    }

    /** More than this cannot become one object. */
    long mostObjectBytes() {
        return Math.multiplyExact((long) partBytes, MOST_PARTS);
    }
}
