/**
 * Parts that the WAL modules share.
 *
 * <p>{@link io.s3stream.wal.common.LogReplay} walks from frame to frame and finds the end of a log on a medium
 * with positions. {@code ReplayWindow} reads ahead of it, and {@code LogSource} is the interface to the medium.
 * {@code UriOptions} reads the options of a WAL's URI and names option, value and remedy in each error. Start with
 * {@code LogReplay}.
 */
@NullMarked
package io.s3stream.wal.common;

import org.jspecify.annotations.NullMarked;
