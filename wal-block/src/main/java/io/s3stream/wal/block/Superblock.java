package io.s3stream.wal.block;

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

    private final Blocks blocks;

    Superblock(BlockDevice device, ByteBufAllocator allocator) {
        this.blocks = new Blocks(device, allocator);
    }

    /** What stands at the beginning of a medium. */
    enum Content {
        /** Nothing, or zeros. */
        FRESH,
        OURS,
        /** A medium in shared mode. */
        SHARED,
        FOREIGN
    }

    /** @throws CorruptedDataException when it once was ours and is damaged */
    Content content() throws IOException {
        Content known = known();
        if (known != Content.FOREIGN) {
            return known;
        }
        if (!readOpenings().isEmpty()) {
            throw new CorruptedDataException("block 0 is damaged; opening records follow it");
        }
        // Not zero any more: another host may have formatted a shared device since the first look.
        return blocks.areZero(0, FOREIGN_CHECK_BYTES) ? Content.FRESH : known();
    }

    /** What block 0 says; foreign when it is none of ours. */
    private Content known() throws IOException {
        return blocks.read(0, AREA_BYTES, bytes -> {
            ByteBuffer first = block(bytes, 0);
            if (Sector.isSealed(first, MAGIC)) {
                return Content.OURS;
            }
            return SharedSuperblock.isPresent(first) ? Content.SHARED : Content.FOREIGN;
        });
    }

    void format(long createdMillis) throws IOException {
        blocks.device().grow(AREA_BYTES);
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
        return blocks.read(0, AREA_BYTES, bytes -> Holder.describe(block(bytes, HOLDER_BLOCK)));
    }

    /** All that can be read, in the order of their numbers. */
    List<OpeningRecord> readOpenings() throws IOException {
        return blocks.read(0, AREA_BYTES, bytes -> {
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

    private void writeBlock(int block, Blocks.Encoder encoder) throws IOException {
        blocks.write((long) block * BlockDevice.ALIGNMENT, encoder);
    }

    private static ByteBuffer block(ByteBuffer area, int block) {
        return area.slice(block * BlockDevice.ALIGNMENT, Sector.BYTES);
    }
}
