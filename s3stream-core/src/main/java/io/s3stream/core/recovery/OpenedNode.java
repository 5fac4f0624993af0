package io.s3stream.core.recovery;

import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WriteAheadLog;

/**
 * A node that is ready to append.
 *
 * @param medium locked; to be closed after the log
 * @param committed where the log begins: nothing is uncommitted
 */
public record OpenedNode(
        long nodeEpoch,
        WalMedium medium,
        WriteAheadLog log,
        WalDescriptor descriptor,
        long firstSequence,
        CommittedPosition committed) {}
