/**
 * Parts that the WAL modules share.
 *
 * <p>{@link io.s3stream.wal.common.LogReplay} walks from frame to frame and finds the end of a log on a medium
 * with positions. {@code ReplayWindow} reads ahead of it, and {@code LogSource} is the interface to the medium.
 * {@code TailRule} decides whether a bad frame ends the log or is damage. {@code FrameTally} counts the frames of a
 * generation for an inspection.
 *
 * <p>{@code PositionSpace} tracks the positions that a writer reserves, appends and trims; {@code LogParts} has the
 * arithmetic of parts. {@code FrameChecks} refuses wrong frames. {@code GuardedIo} runs blocking I/O on a medium, and
 * closes the medium after the last operation; {@code OperationCount} counts operations in flight.
 *
 * <p>{@code UriOptions} reads the options of a WAL's URI and names option, value and remedy in each error. {@code
 * Futures} unwraps failures. Start with {@code LogReplay}.
 */
@NullMarked
package io.s3stream.wal.common;

import org.jspecify.annotations.NullMarked;
