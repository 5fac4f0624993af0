package io.s3stream.wal.block.exclusive;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Sector;
import io.s3stream.wal.block.format.HolderNote;
import io.s3stream.wal.block.format.Superblock;
import io.s3stream.wal.block.ring.FenceRules;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The fence cell of an exclusive medium, as its holder sees it (R39). The cell is the {@link HolderNote}. A taker
 * overwrites it, durably, before it scans. A read through the page cache costs about a microsecond. Linux keeps that
 * cache coherent: a direct write drops the cached page before it returns. Blocking; immutable; thread-safe.
 */
final class HolderCell {

    private final String medium;
    private final BlockDevice device;
    private final ByteBufAllocator allocator;
    private final FenceRules rules;
    private final HolderNote mine;
    private final boolean cached;
    private final ByteBuffer expected = ByteBuffer.allocate(Sector.BYTES);

    /**
     * @param medium the medium's name in messages
     * @param cached whether the page cache shows direct writes
     */
    HolderCell(
            String medium,
            BlockDevice device,
            ByteBufAllocator allocator,
            FenceRules rules,
            HolderNote mine,
            boolean cached) {
        this.medium = medium;
        this.device = device;
        this.allocator = allocator;
        this.rules = rules;
        this.mine = mine;
        this.cached = cached;
        mine.encode(expected);
    }

    HolderNote mine() {
        return mine;
    }

    /**
     * Checks that the note is this holder's own.
     *
     * @throws FencedException if another process has taken the medium
     */
    void requireMine() throws IOException {
        ByteBuf owner = allocator.directBuffer(2 * BlockDevice.ALIGNMENT);
        try {
            ByteBuffer block = owner.nioBuffer(0, 2 * BlockDevice.ALIGNMENT)
                    .alignedSlice(BlockDevice.ALIGNMENT)
                    .limit(BlockDevice.ALIGNMENT);
            if (!isMine(block)) {
                throw taken(block.slice(0, Sector.BYTES));
            }
        } finally {
            owner.release();
        }
    }

    private boolean isMine(ByteBuffer block) throws IOException {
        int length = cached
                ? device.readCached(block, Superblock.HOLDER_POSITION)
                : device.read(block, Superblock.HOLDER_POSITION);
        if (length < Sector.BYTES) {
            throw new IOException("the holder's note cannot be read: the medium ends before it");
        }
        return rules.mayGoOn(block.position(0).limit(Sector.BYTES).equals(expected.duplicate()));
    }

    private RuntimeException taken(ByteBuffer sector) {
        try {
            HolderNote other = HolderNote.decode(sector);
            return other == null
                    ? new StorageException(
                            medium + ": the holder's note at byte " + Superblock.HOLDER_POSITION + " was erased")
                    : new FencedException(medium + " was taken over by " + other.describe());
        } catch (CorruptedDataException e) {
            return new StorageException(
                    "the holder's note at byte " + Superblock.HOLDER_POSITION + ": " + e.getMessage());
        }
    }
}
