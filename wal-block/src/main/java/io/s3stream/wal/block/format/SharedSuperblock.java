package io.s3stream.wal.block.format;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.Sector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first block of a device in shared mode; written once. Big-endian, in a {@link Sector}: 8 device id (two longs),
 * 24 store id (two longs), 40 wall clock in milliseconds, 48 number of cells (int), 52 number of extents (int), 56
 * bytes of an extent.
 *
 * @param device the id of the device, independent of its path
 * @param store the store whose object storage holds the allocation table
 */
public record SharedSuperblock(UUID device, UUID store, long createdMillis, SharedLayout layout) {

    private static final int MAGIC = 0x5333_4253;

    static boolean isPresent(ByteBuffer sector) {
        return Sector.isSealed(sector, MAGIC);
    }

    /** Reads the superblock; returns null if block 0 is not a superblock of shared mode. */
    public static @Nullable SharedSuperblock read(Blocks blocks) throws IOException {
        return blocks.read(0, BlockDevice.ALIGNMENT, block -> {
                    ByteBuffer sector = block.slice(0, Sector.BYTES);
                    return isPresent(sector) ? Optional.of(decode(sector)) : Optional.<SharedSuperblock>empty();
                })
                .orElse(null);
    }

    public void encode(ByteBuffer block) {
        ByteBuffer sector = block.slice(0, Sector.BYTES);
        Sector.begin(sector, MAGIC);
        sector.putLong(8, device.getMostSignificantBits())
                .putLong(16, device.getLeastSignificantBits())
                .putLong(24, store.getMostSignificantBits())
                .putLong(32, store.getLeastSignificantBits())
                .putLong(40, createdMillis)
                .putInt(48, layout.cells())
                .putInt(52, layout.extents())
                .putLong(56, layout.extentBytes());
        Sector.seal(sector);
    }

    private static SharedSuperblock decode(ByteBuffer sector) {
        SharedLayout layout = new SharedLayout(sector.getInt(48), sector.getInt(52), sector.getLong(56));
        if (!layout.isSane()) {
            throw new CorruptedDataException("superblock is damaged, though its checksum is right: " + layout);
        }
        return new SharedSuperblock(
                new UUID(sector.getLong(8), sector.getLong(16)),
                new UUID(sector.getLong(24), sector.getLong(32)),
                sector.getLong(40),
                layout);
    }
}
