/** Replay of frames that stand at positions of a medium. Entry point: {@link io.s3stream.wal.log.LogReplay}. */
@NullMarked
package io.s3stream.wal.log;

import org.jspecify.annotations.NullMarked;
