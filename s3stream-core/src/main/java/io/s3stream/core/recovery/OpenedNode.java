package io.s3stream.core.recovery;

import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.core.wal.WalMedia;

/**
 * A node that is ready to append.
 *
 * @param media the media of the WAL and of the fallback; to be closed after the log
 * @param maxFrameBytes the largest frame that both the WAL and the fallback accept
 * @param committed the position where the log begins; no frame is uncommitted
 */
public record OpenedNode(long nodeEpoch, OpenWal wal, WalMedia media, int maxFrameBytes, CommittedPosition committed) {}
