package io.s3stream.spi.wal;

import java.time.Duration;

/**
 * The limits and preferences of a WAL.
 *
 * @param alignment of a frame's length and memory address, a power of two
 * @param maxFrameBytes the largest frame
 * @param maxInFlight frame M is not issued before frame M − maxInFlight was acknowledged
 * @param maxInFlightBytes unacknowledged bytes never exceed this, except for a single frame alone in flight
 * @param targetFrameBytes the size to which a frame of small batches may grow if fewer writes are cheaper; 0 leaves it
 *     to the store's {@code frameBytes}
 * @param linger the maximum time for which the engine fills a frame although the WAL is free, from the frame's first
 *     append; zero if a write costs nothing. {@link WriteAheadLog#linger} may end it earlier
 * @param capacityBytes the maximum of uncommitted data
 */
public record WalProfile(
        int alignment,
        int maxFrameBytes,
        int maxInFlight,
        int maxInFlightBytes,
        int targetFrameBytes,
        Duration linger,
        long capacityBytes) {}
