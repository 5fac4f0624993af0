package io.s3stream.core.metadata;

import io.s3stream.spi.wal.WalAnchor;

/**
 * The position up to which a node's WAL is uploaded and committed.
 *
 * @param sequence all frames up to and including it are committed; 0 before the first
 * @param walEpoch the generation of that frame; 0 before the first
 * @param endPosition the WAL position after that frame
 * @param checksum the chain value after that frame
 */
public record CommittedPosition(long sequence, long walEpoch, long endPosition, int checksum) {

    public static final CommittedPosition NONE = new CommittedPosition(0, 0, 0, 0);

    public WalAnchor anchor() {
        return new WalAnchor(sequence, endPosition, checksum);
    }
}
