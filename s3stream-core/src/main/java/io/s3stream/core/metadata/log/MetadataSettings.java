package io.s3stream.core.metadata.log;

import java.time.Duration;

/**
 * Limits of the metadata log.
 *
 * @param inlineBatchBytes a longer batch becomes an object of its own [R19]
 * @param segmentBytes a longer tail is sealed into a segment
 * @param maxSegments more segments than this are folded into a checkpoint, once they are worth it
 * @param grace how long a replaced object is kept for its last readers [R21]
 */
public record MetadataSettings(
        int inlineBatchBytes, int segmentBytes, int maxSegments, Duration grace, Patience patience) {

    /**
     * How requests are retried [R44].
     *
     * @param giveUpAfter deadline of an opening, a refresh or background work; a node's commit has no deadline
     * @param requestTimeout timeout of a request of a few bytes; a larger request, or a request after timeouts, has
     *     more time
     * @param minBackoff the upper limit of the first wait before a retry; it doubles, and each wait is drawn between
     *     half of it and all of it
     * @param maxBackoff the longest wait before a retry
     */
    public record Patience(Duration giveUpAfter, Duration requestTimeout, Duration minBackoff, Duration maxBackoff) {}

    public static final MetadataSettings DEFAULT = new MetadataSettings(
            16 << 10,
            64 << 10,
            16,
            Duration.ofSeconds(60),
            new Patience(Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofMillis(20), Duration.ofSeconds(2)));
}
