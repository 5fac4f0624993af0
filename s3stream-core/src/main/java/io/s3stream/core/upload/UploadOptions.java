package io.s3stream.core.upload;

import java.time.Duration;

/**
 * Sizes and times of uploads.
 *
 * @param thresholdBytes size of the open segment that starts an upload
 * @param interval maximum age of data before an upload starts
 * @param maxConcurrent maximum number of segments being written to object storage at a time
 * @param blockBytes maximum size of a data block, unless it is a single batch
 * @param streamObjectBytes a stream with at least this size in a segment gets an object of its own
 */
public record UploadOptions(
        long thresholdBytes, Duration interval, int maxConcurrent, int blockBytes, long streamObjectBytes) {}
