package io.s3stream.api.tools;

/**
 * The scope and the findings of a verification.
 *
 * @param sequence of the metadata state that was verified
 * @param streams in that state
 * @param ranges of those streams
 * @param objects with such ranges
 * @param objectBytes the size of these objects
 * @param retired objects that wait for their deletion; they are not checked
 * @param blocks that were read and checked; 0 unless everything was
 * @param batches that were read and checked; 0 unless everything was
 */
public record VerifyReport(
        long sequence,
        long streams,
        long ranges,
        long objects,
        long objectBytes,
        long retired,
        long blocks,
        long batches,
        Findings findings) {}
