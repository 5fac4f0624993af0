package io.s3stream.core.append;

import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;
import java.time.Duration;

/**
 * The generation this node is writing.
 *
 * @param frameTargetBytes how large a frame grows before it is sealed even though the WAL is busy
 * @param idleFrameDelay after this without an append an empty frame publishes what was acknowledged
 */
public record OpenWal(
        WriteAheadLog log,
        WalDescriptor descriptor,
        int nodeId,
        long firstSequence,
        int frameTargetBytes,
        Duration idleFrameDelay) {

    public WalProfile profile() {
        return log.profile();
    }
}
