package io.s3stream.core.upload;

import java.time.Duration;

/**
 * How uploads are cut.
 *
 * @param thresholdBytes upload when this much is in the open segment
 * @param interval upload at the latest this long after data arrived
 * @param maxConcurrent segments being written to object storage at a time
 * @param blockBytes the most a data block has, unless it is a single batch
 * @param streamObjectBytes a stream with this much in a segment gets an object of its own
 */
public record UploadOptions(
        long thresholdBytes, Duration interval, int maxConcurrent, int blockBytes, long streamObjectBytes) {}
