package io.s3stream.wal.s3;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.Checksums;
import io.s3stream.spi.wal.WalDescriptor;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The content of the opening object, which proves that a generation belongs to this prefix. Fields, by offset: 0 magic,
 * 4 version, 8 store id (two longs), 24 node id (int), 28 maxInFlight (int), 32 WAL epoch, 40 nonce, 48 maxFrameBytes
 * (int), 52 maxInFlightBytes (int), 56 alignment (int), 60 CRC32C of bytes 0–59.
 */
record OpeningRecord(
        UUID storeId,
        int nodeId,
        long walEpoch,
        long nonce,
        int maxInFlight,
        int maxFrameBytes,
        int maxInFlightBytes,
        int alignment) {

    static final int BYTES = 64;

    private static final int MAGIC = 0x5333_574F;
    private static final int VERSION = 1;
    private static final int CRC = 60;

    static OpeningRecord of(UUID storeId, int nodeId, WalDescriptor descriptor) {
        return new OpeningRecord(
                storeId,
                nodeId,
                descriptor.walEpoch(),
                descriptor.nonce(),
                descriptor.maxInFlight(),
                descriptor.maxFrameBytes(),
                descriptor.maxInFlightBytes(),
                descriptor.alignment());
    }

    byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(0, MAGIC)
                .putInt(4, VERSION)
                .putLong(8, storeId.getMostSignificantBits())
                .putLong(16, storeId.getLeastSignificantBits())
                .putInt(24, nodeId)
                .putInt(28, maxInFlight)
                .putLong(32, walEpoch)
                .putLong(40, nonce)
                .putInt(48, maxFrameBytes)
                .putInt(52, maxInFlightBytes)
                .putInt(56, alignment);
        return bytes.putInt(CRC, Checksums.crc32c(bytes, 0, CRC)).array();
    }

    /** @param key the key to name in a failure */
    static OpeningRecord decode(ByteBuffer content, String key) {
        ByteBuffer at = content.slice();
        if (at.remaining() != BYTES || at.getInt(0) != MAGIC || at.getInt(CRC) != Checksums.crc32c(at, 0, CRC)) {
            throw new CorruptedDataException("object=" + key + " is not an opening record, or is damaged");
        }
        if (at.getInt(4) != VERSION) {
            throw new CorruptedDataException("object=" + key + ": unknown version " + at.getInt(4));
        }
        return new OpeningRecord(
                new UUID(at.getLong(8), at.getLong(16)),
                at.getInt(24),
                at.getLong(32),
                at.getLong(40),
                at.getInt(28),
                at.getInt(48),
                at.getInt(52),
                at.getInt(56));
    }
}
