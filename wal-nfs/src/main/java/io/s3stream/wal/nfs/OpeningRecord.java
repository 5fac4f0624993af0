package io.s3stream.wal.nfs;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.Checksums;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The content of a {@code .open} file, which proves that a generation belongs to this directory. Big-endian: 0 magic, 4
 * version, 8 store id (two longs), 24 node id (int), 28 alignment (int), 32 WAL epoch, 40 nonce. Then 48 segmentBytes,
 * 56 maxFrameBytes (int), 60 maxInFlight (int), 64 maxInFlightBytes (int), 68 zero (int), 72 capacityBytes, 80 wall
 * clock in milliseconds, 88 CRC32C of bytes 0–87.
 */
record OpeningRecord(
        UUID storeId,
        int nodeId,
        long walEpoch,
        long nonce,
        SegmentGeometry geometry,
        int maxInFlight,
        int maxInFlightBytes,
        long capacityBytes,
        long createdMillis) {

    static final int BYTES = 92;

    private static final int MAGIC = 0x5333_4E4F;
    private static final int VERSION = 2;
    private static final int CRC_AT = 88;

    byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(0, MAGIC)
                .putInt(4, VERSION)
                .putLong(8, storeId.getMostSignificantBits())
                .putLong(16, storeId.getLeastSignificantBits())
                .putInt(24, nodeId)
                .putInt(28, SegmentGeometry.ALIGNMENT)
                .putLong(32, walEpoch)
                .putLong(40, nonce)
                .putLong(48, geometry.segmentBytes())
                .putInt(56, geometry.maxFrameBytes())
                .putInt(60, maxInFlight)
                .putInt(64, maxInFlightBytes)
                .putLong(72, capacityBytes)
                .putLong(80, createdMillis)
                .putInt(CRC_AT, Checksums.crc32c(bytes, 0, CRC_AT));
        return bytes.array();
    }

    static OpeningRecord read(NfsFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        file.read(bytes, 0);
        return decode(bytes.flip());
    }

    /** @param bytes the record, from index 0 to the limit */
    static OpeningRecord decode(ByteBuffer bytes) {
        if (bytes.limit() < BYTES) {
            throw new CorruptedDataException("an opening record of " + bytes.limit() + " bytes");
        }
        if (bytes.getInt(0) != MAGIC || bytes.getInt(CRC_AT) != Checksums.crc32c(bytes, 0, CRC_AT)) {
            throw new CorruptedDataException("not an opening record, or a damaged one");
        }
        if (bytes.getInt(4) != VERSION || bytes.getInt(28) != SegmentGeometry.ALIGNMENT) {
            throw new CorruptedDataException("an opening record of version " + bytes.getInt(4)
                    + " and alignment " + bytes.getInt(28) + "; known are " + VERSION + " and "
                    + SegmentGeometry.ALIGNMENT);
        }
        return new OpeningRecord(
                new UUID(bytes.getLong(8), bytes.getLong(16)),
                bytes.getInt(24),
                bytes.getLong(32),
                bytes.getLong(40),
                new SegmentGeometry(bytes.getLong(48), bytes.getInt(56)),
                bytes.getInt(60),
                bytes.getInt(64),
                bytes.getLong(72),
                bytes.getLong(80));
    }

    /** Returns whether this record belongs to the generation of a descriptor, of this store and node. */
    boolean isOf(WalDescriptor descriptor, UUID expectedStore, int expectedNode) {
        return storeId.equals(expectedStore)
                && nodeId == expectedNode
                && walEpoch == descriptor.walEpoch()
                && nonce == descriptor.nonce()
                && geometry.equals(SegmentGeometry.of(descriptor));
    }

    String owner() {
        return "store=" + storeId + " node=" + nodeId;
    }
}
