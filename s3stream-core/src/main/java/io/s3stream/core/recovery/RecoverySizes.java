package io.s3stream.core.recovery;

/**
 * How much memory a recovery takes: segments of so many bytes, so many of them being written while the next one fills.
 */
public record RecoverySizes(long segmentBytes, int writingAtOnce) {}
