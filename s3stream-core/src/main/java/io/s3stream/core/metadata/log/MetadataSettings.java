package io.s3stream.core.metadata.log;

import java.time.Duration;

/**
 * Limits of the metadata log.
 *
 * @param inlineBatchBytes a batch longer than this goes into an object of its own [R19]
 * @param segmentBytes a tail longer than this is sealed into a segment
 * @param maxSegments with more segments than this they are folded into a checkpoint, once they are worth it
 * @param grace how long a replaced object stays for those who still read it [R21]
 */
public record MetadataSettings(
        int inlineBatchBytes, int segmentBytes, int maxSegments, Duration grace, Patience patience) {

    /**
     * How requests are retried [R44].
     *
     * @param giveUpAfter how long an opening, a refresh or work in the background may take in all; a commit of a node has no
     *     such limit
     * @param requestTimeout how long one request of a few bytes may take; one that transfers more has more time, and so has
     *     one whose predecessors took too long
     * @param minBackoff the longest first wait before a retry; it doubles, and each wait is drawn between half and all of it
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
