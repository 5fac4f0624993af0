package io.s3stream.spi.wal;

import java.time.Duration;

/**
 * A frame that the engine fills and has not issued.
 *
 * @param bytes the size of the frame so far
 * @param age the time since its first append
 * @param quiet the time since its last append
 */
public record FillingFrame(int bytes, Duration age, Duration quiet) {}
