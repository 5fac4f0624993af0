package io.s3stream.wal.block.format;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.Sector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 KiB of a medium, sixteen blocks of 4 KiB with a {@link Sector} at the start of each:
 *
 * <pre>
 *   block 0       owner of the medium: store and node; written once
 *   block 1       {@link HolderNote}: the fence cell, rewritten by each attach
 *   block 2       {@link WritingNote} of the holder
 *   blocks 3–15   opening records, in turn
 *   then          the ring
 * </pre>
 *
 * <p>Block 0 has version {@value #VERSION}: 8 created, wall clock in milliseconds, 16 store id (two longs), 32 node id
 * (int).
 *
 * <p>A new opening record goes into the slot after the most recent one, and replaces the oldest. So a torn write does
 * not damage the records of generations that may still be needed. Blocking; stateless.
 */
public final class Superblock {

    public static final int AREA_BYTES = 64 << 10;

    static final int VERSION = 2;

    /** The position of the {@link HolderNote}. */
    public static final long HOLDER_POSITION = BlockDevice.ALIGNMENT;

    private static final int MAGIC = 0x5333_424D;
    private static final int HOLDER_BLOCK = 1;
    private static final int WRITING_BLOCK = 2;
    private static final int FIRST_SLOT = 3;
    private static final int SLOTS = AREA_BYTES / BlockDevice.ALIGNMENT - FIRST_SLOT;

    /** The part of a medium in which partition tables and file systems have their marks. */
    private static final int FOREIGN_CHECK_BYTES = 1 << 20;

    private final Blocks blocks;

    public Superblock(BlockDevice device, ByteBufAllocator allocator) {
        this.blocks = new Blocks(device, allocator);
    }

    /** The content at the start of a medium. */
    public enum Content {
        /** No bytes, or only zeros. */
        FRESH,
        OURS,
        /** An exclusive WAL of another format version. */
        OTHER_VERSION,
        /** A medium in shared mode. */
        SHARED,
        FOREIGN
    }

    public static final String OTHER_VERSION = "is a block WAL of another format version than " + VERSION
            + ", which is the only version this software supports; open and close its node with the software that wrote"
            + " it, then zero its first MiB";

    /** @throws CorruptedDataException if the medium is a damaged WAL */
    public Content content() throws IOException {
        Content known = known();
        if (known != Content.FOREIGN) {
            return known;
        }
        if (!readOpenings().isEmpty()) {
            throw new CorruptedDataException("block 0 is damaged; opening records follow it");
        }
        // Not zero now: another host may have formatted a shared device since the first look.
        return blocks.areZero(0, FOREIGN_CHECK_BYTES) ? Content.FRESH : known();
    }

    /** Returns the content that block 0 names, or {@link Content#FOREIGN}. */
    private Content known() throws IOException {
        return blocks.read(0, AREA_BYTES, bytes -> {
            ByteBuffer first = block(bytes, 0);
            int version = Sector.version(first, MAGIC);
            if (version == VERSION) {
                return Content.OURS;
            }
            if (version >= 0) {
                return Content.OTHER_VERSION;
            }
            return SharedSuperblock.isPresent(first) ? Content.SHARED : Content.FOREIGN;
        });
    }

    public void format(OpeningRecord.Owner owner, long createdMillis) throws IOException {
        blocks.device().grow(AREA_BYTES);
        writeBlock(0, sector -> {
            Sector.begin(sector, MAGIC, VERSION);
            sector.putLong(8, createdMillis)
                    .putLong(16, owner.storeId().getMostSignificantBits())
                    .putLong(24, owner.storeId().getLeastSignificantBits())
                    .putInt(32, owner.nodeId());
            Sector.seal(sector);
        });
    }

    /** Returns the owner that block 0 names. Only for a medium that is {@link Content#OURS}. */
    public OpeningRecord.Owner readOwner() throws IOException {
        return blocks.read(0, BlockDevice.ALIGNMENT, sector -> {
            if (!Sector.isSealed(sector, MAGIC, VERSION)) {
                throw new StorageException("its first block was overwritten while it was being attached");
            }
            return new OpeningRecord.Owner(new UUID(sector.getLong(16), sector.getLong(24)), sector.getInt(32));
        });
    }

    public void writeHolder(HolderNote holder) throws IOException {
        writeBlock(HOLDER_BLOCK, holder::encode);
    }

    /** @throws CorruptedDataException if the note is damaged */
    @Nullable
    public HolderNote readHolder() throws IOException {
        return blocks.read(
                        HOLDER_POSITION,
                        BlockDevice.ALIGNMENT,
                        sector -> Optional.ofNullable(HolderNote.decode(sector)))
                .orElse(null);
    }

    public String describeHolder() throws IOException {
        try {
            HolderNote holder = readHolder();
            return holder == null ? "a process that has not written its note yet" : holder.describe();
        } catch (CorruptedDataException e) {
            return "an unknown process: " + e.getMessage();
        }
    }

    public void writeWriting(WritingNote note) throws IOException {
        writeBlock(WRITING_BLOCK, note::encode);
    }

    /** Returns whether this holder may have a write in flight. */
    public boolean mayWrite(HolderNote holder) throws IOException {
        return blocks.read(0, AREA_BYTES, bytes -> WritingNote.mayWrite(block(bytes, WRITING_BLOCK), holder.token()));
    }

    /** Returns all readable opening records, in the order of their numbers. */
    public List<OpeningRecord> readOpenings() throws IOException {
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

    public void writeOpening(OpeningRecord opening) throws IOException {
        writeBlock(FIRST_SLOT + (int) (opening.number() % SLOTS), opening::encode);
    }

    private void writeBlock(int block, Blocks.Encoder encoder) throws IOException {
        blocks.write((long) block * BlockDevice.ALIGNMENT, encoder);
    }

    private static ByteBuffer block(ByteBuffer area, int block) {
        return area.slice(block * BlockDevice.ALIGNMENT, Sector.BYTES);
    }
}
