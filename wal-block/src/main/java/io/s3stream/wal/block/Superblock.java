package io.s3stream.wal.block;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The first 64 KiB of a medium, sixteen blocks of 4 KiB with a {@link Sector} at the start of each:
 *
 * <pre>
 *   block 0       this medium is ours; written once
 *   block 1       who holds the lock, rewritten by each attach
 *   blocks 2–15   opening records, in turn
 *   then          the ring
 * </pre>
 *
 * A new opening record goes into the slot after the most recent one, over the oldest: if its write is torn, the
 * generations that may still be needed are unharmed. Blocking; without state of its own.
 */
final class Superblock {

    static final int AREA_BYTES = 64 << 10;

    private static final int MAGIC = 0x5333_424D;
    private static final int HOLDER_BLOCK = 1;
    private static final int FIRST_SLOT = 2;
    private static final int SLOTS = AREA_BYTES / BlockDevice.ALIGNMENT - FIRST_SLOT;

    /** Partition tables and file systems leave a mark in here. */
    private static final int FOREIGN_CHECK_BYTES = 1 << 20;

    private final BlockDevice device;
    private final ByteBufAllocator allocator;

    Superblock(BlockDevice device, ByteBufAllocator allocator) {
        this.device = device;
        this.allocator = allocator;
    }

    /** What stands at the beginning of a medium. */
    enum Content {
        /** Nothing, or zeros. */
        FRESH,
        OURS,
        FOREIGN
    }

    /** @throws CorruptedDataException when it once was ours and is damaged */
    Content content() throws IOException {
        boolean ours = withBuffer(AREA_BYTES, bytes -> {
            device.read(bytes, 0);
            return Sector.isSealed(block(bytes, 0), MAGIC);
        });
        if (ours) {
            return Content.OURS;
        }
        if (!readOpenings().isEmpty()) {
            throw new CorruptedDataException("block 0 is damaged; opening records follow it");
        }
        return withBuffer(FOREIGN_CHECK_BYTES, bytes -> {
            int length = device.read(bytes, 0);
            for (int at = 0; at < length; at++) {
                if (bytes.get(at) != 0) {
                    return Content.FOREIGN;
                }
            }
            return Content.FRESH;
        });
    }

    void format(long createdMillis) throws IOException {
        device.grow(AREA_BYTES);
        writeBlock(0, sector -> {
            Sector.begin(sector, MAGIC);
            sector.putLong(8, createdMillis);
            Sector.seal(sector);
        });
    }

    void writeHolder(Holder holder) throws IOException {
        writeBlock(HOLDER_BLOCK, holder::encode);
    }

    String describeHolder() throws IOException {
        return withBuffer(AREA_BYTES, bytes -> {
            device.read(bytes, 0); // what a medium being made does not have yet reads as zeros
            return Holder.describe(block(bytes, HOLDER_BLOCK));
        });
    }

    /** All that can be read, in the order of their numbers. */
    List<OpeningRecord> readOpenings() throws IOException {
        return withBuffer(AREA_BYTES, bytes -> {
            device.read(bytes, 0);
            List<OpeningRecord> found = new ArrayList<>();
            for (int slot = 0; slot < SLOTS; slot++) {
                ByteBuffer sector = block(bytes, FIRST_SLOT + slot);
                if (OpeningRecord.isPresent(sector)) {
                    found.add(OpeningRecord.decode(sector));
                }
            }
            found.sort((a, b) -> Long.compare(a.number(), b.number()));
            return List.copyOf(found);
        });
    }

    void writeOpening(OpeningRecord opening) throws IOException {
        writeBlock(FIRST_SLOT + (int) (opening.number() % SLOTS), opening::encode);
    }

    private void writeBlock(int block, Encoder encoder) throws IOException {
        withBuffer(BlockDevice.ALIGNMENT, bytes -> {
            encoder.encode(bytes);
            device.write(bytes, (long) block * BlockDevice.ALIGNMENT);
            return bytes;
        });
    }

    private <T> T withBuffer(int length, Use<T> use) throws IOException {
        ByteBuf owner = allocator.directBuffer(length + BlockDevice.ALIGNMENT);
        try {
            ByteBuffer aligned = owner.setZero(0, owner.capacity())
                    .nioBuffer(0, owner.capacity())
                    .alignedSlice(BlockDevice.ALIGNMENT);
            return use.apply(aligned.limit(length));
        } finally {
            owner.release();
        }
    }

    private static ByteBuffer block(ByteBuffer area, int block) {
        return area.slice(block * BlockDevice.ALIGNMENT, Sector.BYTES);
    }

    private interface Encoder {
        void encode(ByteBuffer sector);
    }

    private interface Use<T> {
        T apply(ByteBuffer bytes) throws IOException;
    }
}
