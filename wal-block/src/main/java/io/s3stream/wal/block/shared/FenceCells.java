package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.Sector;
import io.s3stream.wal.block.format.SharedOptions.Writer;
import io.s3stream.wal.block.format.SharedSuperblock;
import io.s3stream.wal.block.ring.FenceRules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The fence cells of a device. A cell is unset while its block is all zeros, which only formatting writes. It is set
 * when it holds this {@link Sector}: 8 device id (two longs), 24 node (int), 32 WAL epoch. Any other content is damage,
 * and neither set nor unset. Blocking; stateless.
 */
public record FenceCells(Blocks blocks, SharedSuperblock device, FenceRules rules) {

    private static final int MAGIC = 0x5333_4246;

    /** @throws CorruptedDataException if the cell is damaged */
    public boolean isSet(long cell, Writer writer) throws IOException {
        return blocks.withBuffer(BlockDevice.ALIGNMENT, block -> {
            int length = blocks.device().read(block, device.layout().cellPosition(cell));
            if (length < BlockDevice.ALIGNMENT) {
                throw new IOException("fence cell " + cell + " cannot be read: the device ends before it");
            }
            if (Blocks.isZero(block, BlockDevice.ALIGNMENT)) {
                return false;
            }
            ByteBuffer sector = block.slice(0, Sector.BYTES);
            if (!Sector.isSealed(sector, MAGIC) || !deviceOf(sector).equals(device.device())) {
                throw new CorruptedDataException("fence cell " + cell + " of device " + device.device()
                        + " (byte " + device.layout().cellPosition(cell)
                        + ") is damaged: it is neither unset nor a fence of this device");
            }
            return rules.fences(sector.getInt(24), sector.getLong(32), writer.node(), writer.walEpoch());
        });
    }

    /** Fences a writer, durably. */
    void set(long cell, Writer writer) throws IOException {
        UUID id = device.device();
        blocks.write(device.layout().cellPosition(cell), block -> {
            ByteBuffer sector = block.slice(0, Sector.BYTES);
            Sector.begin(sector, MAGIC);
            sector.putLong(8, id.getMostSignificantBits())
                    .putLong(16, id.getLeastSignificantBits())
                    .putInt(24, writer.node())
                    .putLong(32, writer.walEpoch());
            Sector.seal(sector);
        });
        blocks.device().force();
    }

    private static UUID deviceOf(ByteBuffer sector) {
        return new UUID(sector.getLong(8), sector.getLong(16));
    }
}
