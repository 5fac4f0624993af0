package io.s3stream.core.recovery;

import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.core.wal.WalMedia;

/**
 * A node that is ready to append.
 *
 * @param media the WAL's medium and the fallback's; to be closed after the log
 * @param maxFrameBytes the largest frame that the WAL and the fallback take
 * @param committed where the log begins: nothing is uncommitted
 */
public record OpenedNode(long nodeEpoch, OpenWal wal, WalMedia media, int maxFrameBytes, CommittedPosition committed) {}
