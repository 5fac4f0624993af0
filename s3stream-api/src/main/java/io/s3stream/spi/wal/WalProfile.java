package io.s3stream.spi.wal;

import java.time.Duration;

/**
 * How the engine should feed a WAL.
 *
 * @param alignment of a frame's length and memory address, a power of two
 * @param maxFrameBytes the largest frame
 * @param maxInFlight frame M is not issued before frame M − maxInFlight was acknowledged
 * @param maxInFlightBytes unacknowledged bytes never exceed this, except for a single frame alone in flight
 * @param linger how long to go on filling a frame although the WAL is free; zero where a write costs nothing
 * @param capacityBytes how much uncommitted data fits
 */
public record WalProfile(
        int alignment, int maxFrameBytes, int maxInFlight, int maxInFlightBytes, Duration linger, long capacityBytes) {}
