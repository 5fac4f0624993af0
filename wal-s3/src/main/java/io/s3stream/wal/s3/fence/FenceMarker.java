package io.s3stream.wal.s3.fence;

import io.s3stream.layout.Checksums;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A fence marker: an object at the key of a frame, which ends the generation there. A fencer writes it once, and no
 * process ever deletes it (L1): even a late writer must collide with it.
 *
 * <p>Fields, by offset: 0 magic, 4 version, 8 node id (int), 12 reserved, zero (int), 16 WAL epoch, 24 sequence, 32
 * nonce of the fencing, 40 the generation's nonce, 48 reserved, zero, 60 CRC32C of bytes 0–59. A marker is smaller than
 * any frame, so a listing tells them apart.
 *
 * @param fencer the random nonce of one fencing; identifies its own marker after a lost response
 */
public record FenceMarker(int nodeId, long walEpoch, long generationNonce, long sequence, long fencer) {

    public static final int BYTES = 64;

    private static final int MAGIC = 0x5333_5758;
    private static final int VERSION = 1;
    private static final int CRC = 60;

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(0, MAGIC)
                .putInt(4, VERSION)
                .putInt(8, nodeId)
                .putLong(16, walEpoch)
                .putLong(24, sequence)
                .putLong(32, fencer)
                .putLong(40, generationNonce);
        return bytes.putInt(CRC, Checksums.crc32c(bytes, 0, CRC)).array();
    }

    /** Decodes a marker; returns null if the bytes are not a marker. */
    public static @Nullable FenceMarker decodeOrNull(ByteBuffer bytes) {
        ByteBuffer at = bytes.slice();
        if (at.remaining() != BYTES
                || at.getInt(0) != MAGIC
                || at.getInt(4) != VERSION
                || at.getInt(CRC) != Checksums.crc32c(at, 0, CRC)) {
            return null;
        }
        return new FenceMarker(at.getInt(8), at.getLong(16), at.getLong(40), at.getLong(24), at.getLong(32));
    }
}
