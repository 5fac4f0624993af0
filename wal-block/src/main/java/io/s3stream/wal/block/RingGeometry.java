package io.s3stream.wal.block;

import io.s3stream.spi.wal.WalDescriptor;

/**
 * Where the positions of a generation stand on the medium.
 *
 * <p>Positions count from 0 for the life of a generation; each run of {@code ringBytes} positions is a <em>lap</em>.
 * Position p stands at byte {@code START + p % ringBytes}. A frame never straddles the end of a lap: one that does not
 * fit begins at the next, and the bytes in between are skipped.
 *
 * @param ringBytes a multiple of the alignment
 * @param maxFrameBytes at most a quarter of the ring, so that an empty ring always has room for the next frame
 */
record RingGeometry(long ringBytes, int maxFrameBytes) {

    /** Where the ring begins: behind the superblock area. */
    static final long START = Superblock.AREA_BYTES;

    private static final int FRAMES_PER_RING = 4;
    private static final int MIN_FRAME_BYTES = 8 << 10;

    /** A medium smaller than this is refused. */
    static final long MIN_CAPACITY = START + FRAMES_PER_RING * MIN_FRAME_BYTES;

    /**
     * @param capacityBytes of the whole medium, at least {@link #MIN_CAPACITY}
     * @param wantedFrameBytes the largest frame the engine would like
     */
    static RingGeometry of(long capacityBytes, int wantedFrameBytes) {
        long ring = (capacityBytes - START) & -BlockDevice.ALIGNMENT;
        long frame = Math.min(wantedFrameBytes, ring / FRAMES_PER_RING) & -BlockDevice.ALIGNMENT;
        return new RingGeometry(ring, (int) Math.max(frame, BlockDevice.ALIGNMENT));
    }

    static RingGeometry of(WalDescriptor descriptor) {
        return new RingGeometry(descriptor.capacityBytes(), descriptor.maxFrameBytes());
    }

    /** The bytes a medium needs to hold it. */
    long mediumBytes() {
        return START + ringBytes;
    }

    long physical(long position) {
        return START + position % ringBytes;
    }

    /** The end of the lap that {@code position} is in: the first position after it that stands at the ring's start. */
    long lapEnd(long position) {
        return position - position % ringBytes + ringBytes;
    }

    /** Where a frame of this size goes when {@code next} is the first free position. */
    long place(long next, int frameBytes) {
        long lapEnd = lapEnd(next);
        return next + frameBytes <= lapEnd ? next : lapEnd;
    }
}
