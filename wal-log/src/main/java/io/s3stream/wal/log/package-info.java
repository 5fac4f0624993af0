/**
 * Replays frames from a medium that is divided into parts of one size: laps of a ring, or segment files. The block WAL
 * and the NFS WAL use it.
 *
 * <p>Start with {@link io.s3stream.wal.log.LogReplay}, which follows the chain of frames.
 * {@link io.s3stream.wal.log.LogSource} is the interface that a WAL implements: it reads a part, and tells the end of a
 * generation from damage. {@code ReplayWindow} reads ahead of the replay and owns its buffers.
 *
 * <p>The caller of a replay owns it and makes one call at a time. Reads complete on the threads of the
 * {@code LogSource}.
 */
@NullMarked
package io.s3stream.wal.log;

import org.jspecify.annotations.NullMarked;
