package io.s3stream.api.tools;

/**
 * What a verification looked at, and what it found.
 *
 * @param sequence of the metadata state that was verified
 * @param streams in that state
 * @param ranges of those streams
 * @param objects with such ranges
 * @param objectBytes the size of these objects
 * @param retired objects that wait for their deletion; they are not looked at
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
