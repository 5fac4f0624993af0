package io.s3stream.spi.wal;

/**
 * The last committed frame, after which a replay begins.
 *
 * @param sequence of that frame; one less than the generation's first sequence when none of it is committed
 * @param endPosition the position after that frame; 0 when none is committed
 * @param checksum the chain value after that frame; the generation's initial one when none is committed
 */
public record WalAnchor(long sequence, long endPosition, int checksum) {}
