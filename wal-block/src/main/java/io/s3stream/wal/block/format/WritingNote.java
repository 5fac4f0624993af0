package io.s3stream.wal.block.format;

import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.Sector;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The note that tells whether a holder of an exclusive medium may have a write in flight. In a {@link Sector}: 8 token
 * of the holder (two longs), 24 WAL epoch, 32 state (int: 1 writing, 0 ended).
 */
public record WritingNote(UUID token, long walEpoch, boolean isWriting) {

    private static final int MAGIC = 0x5333_4257;

    void encode(ByteBuffer sector) {
        Sector.begin(sector, MAGIC);
        sector.putLong(8, token.getMostSignificantBits())
                .putLong(16, token.getLeastSignificantBits())
                .putLong(24, walEpoch)
                .putInt(32, isWriting ? 1 : 0);
        Sector.seal(sector);
    }

    /** Returns whether the holder may be writing. A damaged note proves nothing. */
    static boolean mayWrite(ByteBuffer sector, UUID holder) {
        if (!Sector.isSealed(sector, MAGIC)) {
            return !Blocks.isZero(sector, Sector.BYTES);
        }
        return holder.equals(new UUID(sector.getLong(8), sector.getLong(16))) && sector.getInt(32) != 0;
    }
}
