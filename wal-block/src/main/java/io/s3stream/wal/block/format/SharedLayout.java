package io.s3stream.wal.block.format;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.wal.block.device.BlockDevice;

/**
 * The layout of a device in shared mode. Formatting decides it, and it never changes.
 *
 * <pre>
 *   block 0           superblock, written once
 *   from 64 KiB       fence cells, one block of 4 KiB each
 *   then              extents of equal size: one block with the opening record, then the ring
 * </pre>
 *
 * @param cells the number of fence cells, which is the maximum number of openings
 * @param extents the number of extents, which is the maximum number of generations at a time
 * @param extentBytes the size of an extent, a multiple of the alignment
 */
public record SharedLayout(int cells, int extents, long extentBytes) {

    public static final long CELLS_START = Superblock.AREA_BYTES;

    /** A ring of four frames of 8 KiB, and the opening record. */
    static final long MIN_EXTENT_BYTES = BlockDevice.ALIGNMENT + (32 << 10);

    private static final long DEFAULT_EXTENT_BYTES = 512L << 20;
    private static final int DEFAULT_EXTENTS = 8;
    private static final int MIN_CELLS = 16;
    private static final int DEFAULT_MAX_CELLS = 1 << 16;
    private static final int MAX_EXTENTS = 1 << 14;

    /** Cells take about a hundredth of the space, unless their number is given. */
    private static final int CELL_SHARE = 100;

    /** @param capacityBytes the bytes of the device to use */
    public static SharedLayout of(long capacityBytes, SharedOptions options) {
        long cells = options.cells() != 0
                ? options.cells()
                : Math.max(MIN_CELLS, Math.min(DEFAULT_MAX_CELLS, capacityBytes / CELL_SHARE / BlockDevice.ALIGNMENT));
        long area = capacityBytes - CELLS_START - cells * BlockDevice.ALIGNMENT;
        long extent = options.extentBytes() != 0
                ? options.extentBytes()
                : Math.max(MIN_EXTENT_BYTES, Math.min(DEFAULT_EXTENT_BYTES, area / DEFAULT_EXTENTS));
        extent &= -BlockDevice.ALIGNMENT;
        long extents = Math.min(MAX_EXTENTS, Math.max(0, area) / extent);
        if (extents < 2) {
            throw new InvalidRequestException("a block WAL in shared mode needs room for two extents: of "
                    + capacityBytes + " bytes " + cells + " fence cells take " + cells * BlockDevice.ALIGNMENT
                    + ", and an extent " + extent + "; use more capacity, or smaller values of cells and extent");
        }
        return new SharedLayout((int) cells, (int) extents, extent);
    }

    /** Returns whether a device can have been formatted like this. Checked before any value read is used. */
    public boolean isSane() {
        return cells > 0
                && cells <= SharedOptions.MAX_CELLS
                && extents >= 2
                && extents <= MAX_EXTENTS
                && extentBytes >= MIN_EXTENT_BYTES
                && extentBytes % BlockDevice.ALIGNMENT == 0
                && extentBytes <= Long.MAX_VALUE / 4 / MAX_EXTENTS;
    }

    /** Returns whether a ring has the place of this extent's ring. */
    public boolean isIn(int extent, RingGeometry ring) {
        return SharedLayout.openingPosition(ring) == extentStart(extent)
                && ring.mediumBytes() <= extentStart(extent) + extentBytes;
    }

    public long cellPosition(long cell) {
        return CELLS_START + cell * BlockDevice.ALIGNMENT;
    }

    /** Returns the position of the extent's opening record. */
    public long extentStart(int extent) {
        return CELLS_START + (long) cells * BlockDevice.ALIGNMENT + extent * extentBytes;
    }

    /** Returns the minimum size of the device. */
    public long mediumBytes() {
        return extentStart(extents);
    }

    public RingGeometry ring(int extent, int wantedFrameBytes) {
        return RingGeometry.at(
                extentStart(extent) + BlockDevice.ALIGNMENT, extentBytes - BlockDevice.ALIGNMENT, wantedFrameBytes);
    }

    /** Returns the position of the opening record of a ring. */
    public static long openingPosition(RingGeometry ring) {
        return ring.origin() - BlockDevice.ALIGNMENT;
    }
}
