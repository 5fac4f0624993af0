package io.s3stream.core.wal;

import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;

/**
 * A generation that this node writes.
 *
 * @param mediumId identifies its medium
 * @param medium attached; closed after the log is closed
 */
public record OpenWal(
        String mediumId, WalMedium medium, WriteAheadLog log, WalDescriptor descriptor, long firstSequence) {

    public WalProfile profile() {
        return log.profile();
    }

    public long walEpoch() {
        return descriptor.walEpoch();
    }
}
