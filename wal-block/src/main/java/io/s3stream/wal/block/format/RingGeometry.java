package io.s3stream.wal.block.format;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.common.LogParts;

/**
 * Maps the positions of a generation to the medium.
 *
 * <p>Positions count from 0 in each generation. Each run of {@code ringBytes} positions is a <em>lap</em>. Position p
 * is at byte {@code origin + p % ringBytes}. A frame never crosses the end of a lap. A frame that does not fit begins
 * at the next lap, and the bytes between are skipped.
 *
 * @param origin the byte of the medium at which the ring begins
 * @param ringBytes a multiple of the alignment
 * @param maxFrameBytes at most a quarter of the ring, so that an empty ring always has room for the next frame; and at
 *     most {@value #MAX_FRAME_BYTES}, so that a replay can hold a frame and read ahead in one buffer
 */
public record RingGeometry(long origin, long ringBytes, int maxFrameBytes) {

    /** The start of the ring of an exclusive medium: behind the superblock area. */
    static final long START = Superblock.AREA_BYTES;

    /** The descriptor's property with the start of the ring; absent for an exclusive medium. */
    public static final String ORIGIN = "ring.origin";

    private static final int FRAMES_PER_RING = 4;
    private static final int MIN_FRAME_BYTES = 8 << 10;
    private static final int MAX_FRAME_BYTES = 1 << 30;

    /** The minimum size of a medium. */
    public static final long MIN_CAPACITY = START + FRAMES_PER_RING * MIN_FRAME_BYTES;

    /**
     * @param capacityBytes the bytes of the whole medium, at least {@link #MIN_CAPACITY}
     * @param wantedFrameBytes the maximum frame size that the engine asks for
     */
    public static RingGeometry of(long capacityBytes, int wantedFrameBytes) {
        return at(START, capacityBytes - START, wantedFrameBytes);
    }

    /** Returns a ring in {@code bytes} bytes from {@code origin} on. */
    static RingGeometry at(long origin, long bytes, int wantedFrameBytes) {
        long ring = bytes & -BlockDevice.ALIGNMENT;
        long wanted = Math.min(wantedFrameBytes, MAX_FRAME_BYTES);
        long frame = Math.min(wanted, ring / FRAMES_PER_RING) & -BlockDevice.ALIGNMENT;
        return new RingGeometry(origin, ring, (int) Math.max(frame, BlockDevice.ALIGNMENT));
    }

    /** @throws CorruptedDataException if the descriptor is not of a block WAL */
    public static RingGeometry of(WalDescriptor descriptor) {
        String origin = descriptor.properties().get(ORIGIN);
        try {
            RingGeometry ring = new RingGeometry(
                    origin == null ? START : Long.parseLong(origin),
                    descriptor.capacityBytes(),
                    descriptor.maxFrameBytes());
            if (ring.isSane() && descriptor.alignment() == BlockDevice.ALIGNMENT && descriptor.maxInFlight() > 0) {
                return ring;
            }
        } catch (NumberFormatException e) {
            throw new CorruptedDataException("block WAL descriptor " + descriptor + ": origin is not a number", e);
        }
        throw new CorruptedDataException("block WAL descriptor " + descriptor + ": no writer uses such a geometry");
    }

    /** Returns whether a writer can have used this geometry. Checked before any value read is used. */
    boolean isSane() {
        return origin >= START
                && origin % BlockDevice.ALIGNMENT == 0
                && ringBytes >= FRAMES_PER_RING * MIN_FRAME_BYTES
                && ringBytes % BlockDevice.ALIGNMENT == 0
                && ringBytes <= Long.MAX_VALUE / 4 - origin
                && maxFrameBytes >= BlockDevice.ALIGNMENT
                && maxFrameBytes % BlockDevice.ALIGNMENT == 0
                && maxFrameBytes <= ringBytes / FRAMES_PER_RING;
    }

    /** Returns the size of a medium that can hold this ring. */
    public long mediumBytes() {
        return origin + ringBytes;
    }

    public long physical(long position) {
        return origin + position % ringBytes;
    }

    /** Returns the end of the lap of {@code position}: the first position after it that is at the ring's start. */
    public long lapEnd(long position) {
        return LogParts.end(position, ringBytes);
    }
}
