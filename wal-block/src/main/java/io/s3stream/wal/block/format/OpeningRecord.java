package io.s3stream.wal.block.format;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Sector;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The opening record, which proves that a generation belongs to this medium. Big-endian, in a {@link Sector}: 8 number,
 * 16 store id (two longs), 32 node id (int), 36 alignment (int), 40 WAL epoch, 48 nonce, 56 ring start, 64 ring bytes.
 * Then 72 maxFrameBytes (int), 76 maxInFlight (int), 80 maxInFlightBytes (int), 88 pid, 96 wall clock in milliseconds,
 * 104 host name.
 *
 * @param number the number of the opening. On an exclusive medium the greatest number marks the latest record; on a
 *     shared medium it is the number of the fence cell
 */
public record OpeningRecord(
        long number, Owner owner, long walEpoch, long nonce, RingGeometry ring, InFlight inFlight, Holder holder) {

    private static final int MAGIC = 0x5333_424F;
    private static final long MAX_NUMBER = 1L << 62;

    /** The owner of a medium. */
    public record Owner(UUID storeId, int nodeId) {

        @Override
        public String toString() {
            return "store=" + storeId + " node=" + nodeId;
        }
    }

    /** The limits that the generation is written with. */
    public record InFlight(int frames, int bytes) {}

    public void encode(ByteBuffer sector) {
        Sector.begin(sector, MAGIC);
        sector.putLong(8, number)
                .putLong(16, owner.storeId().getMostSignificantBits())
                .putLong(24, owner.storeId().getLeastSignificantBits())
                .putInt(32, owner.nodeId())
                .putInt(36, BlockDevice.ALIGNMENT)
                .putLong(40, walEpoch)
                .putLong(48, nonce)
                .putLong(56, ring.origin())
                .putLong(64, ring.ringBytes())
                .putInt(72, ring.maxFrameBytes())
                .putInt(76, inFlight.frames())
                .putInt(80, inFlight.bytes())
                .putLong(88, holder.pid())
                .putLong(96, holder.sinceMillis());
        Sector.putText(sector, 104, holder.hostName());
        Sector.seal(sector);
    }

    public static boolean isPresent(ByteBuffer sector) {
        return Sector.isSealed(sector, MAGIC);
    }

    /** Returns whether this record was written for this generation. */
    public boolean isOf(WalDescriptor descriptor, Owner expected) {
        return walEpoch == descriptor.walEpoch()
                && nonce == descriptor.nonce()
                && owner.equals(expected)
                && ring.equals(RingGeometry.of(descriptor));
    }

    /** @throws CorruptedDataException if no writer can have written the record, although its checksum is right */
    public static OpeningRecord decode(ByteBuffer sector) {
        OpeningRecord opening = read(sector);
        boolean isSane = opening.number() >= 0
                && opening.number() < MAX_NUMBER
                && sector.getInt(36) == BlockDevice.ALIGNMENT
                && opening.ring().isSane()
                && opening.inFlight().frames() > 0
                && opening.inFlight().bytes() > 0;
        if (!isSane) {
            throw new CorruptedDataException("opening record is damaged, though its checksum is right: " + opening);
        }
        return opening;
    }

    private static OpeningRecord read(ByteBuffer sector) {
        return new OpeningRecord(
                sector.getLong(8),
                new Owner(new UUID(sector.getLong(16), sector.getLong(24)), sector.getInt(32)),
                sector.getLong(40),
                sector.getLong(48),
                new RingGeometry(sector.getLong(56), sector.getLong(64), sector.getInt(72)),
                new InFlight(sector.getInt(76), sector.getInt(80)),
                new Holder(sector.getLong(88), Sector.text(sector, 104), sector.getLong(96)));
    }
}
