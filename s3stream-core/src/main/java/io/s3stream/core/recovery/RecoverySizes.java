package io.s3stream.core.recovery;

/**
 * The memory of a recovery.
 *
 * @param segmentBytes the size of a segment
 * @param writingAtOnce the number of segments that are written while the next one fills
 */
public record RecoverySizes(long segmentBytes, int writingAtOnce) {}
