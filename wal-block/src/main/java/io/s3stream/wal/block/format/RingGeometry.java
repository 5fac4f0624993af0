package io.s3stream.wal.block.format;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.block.device.BlockDevice;

/**
 * Where the positions of a generation stand on the medium.
 *
 * <p>Positions count from 0 for the life of a generation; each run of {@code ringBytes} positions is a <em>lap</em>.
 * Position p stands at byte {@code origin + p % ringBytes}. A frame never straddles the end of a lap: one that does not
 * fit begins at the next, and the bytes in between are skipped.
 *
 * @param origin the byte of the medium where the ring begins
 * @param ringBytes a multiple of the alignment
 * @param maxFrameBytes at most a quarter of the ring, so that an empty ring always has room for the next frame; and at most
 *     {@value #MAX_FRAME_BYTES}, so that a replay can hold a frame and read ahead in one buffer
 */
public record RingGeometry(long origin, long ringBytes, int maxFrameBytes) {

    /** Where the ring of an exclusive medium begins: behind the superblock area. */
    static final long START = Superblock.AREA_BYTES;

    /** The descriptor's property that says where the ring begins; not there for an exclusive medium. */
    public static final String ORIGIN = "ring.origin";

    private static final int FRAMES_PER_RING = 4;
    private static final int MIN_FRAME_BYTES = 8 << 10;
    private static final int MAX_FRAME_BYTES = 1 << 30;

    /** A medium smaller than this is refused. */
    public static final long MIN_CAPACITY = START + FRAMES_PER_RING * MIN_FRAME_BYTES;

    /**
     * @param capacityBytes of the whole medium, at least {@link #MIN_CAPACITY}
     * @param wantedFrameBytes the largest frame the engine would like
     */
    public static RingGeometry of(long capacityBytes, int wantedFrameBytes) {
        return at(START, capacityBytes - START, wantedFrameBytes);
    }

    /** A ring in {@code bytes} bytes that begin at {@code origin}. */
    static RingGeometry at(long origin, long bytes, int wantedFrameBytes) {
        long ring = bytes & -BlockDevice.ALIGNMENT;
        long wanted = Math.min(wantedFrameBytes, MAX_FRAME_BYTES);
        long frame = Math.min(wanted, ring / FRAMES_PER_RING) & -BlockDevice.ALIGNMENT;
        return new RingGeometry(origin, ring, (int) Math.max(frame, BlockDevice.ALIGNMENT));
    }

    /** @throws CorruptedDataException when the descriptor is none of a block WAL */
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
            throw new CorruptedDataException("block WAL descriptor " + descriptor + ": origin is no number", e);
        }
        throw new CorruptedDataException("block WAL descriptor " + descriptor + ": no writer has such a geometry");
    }

    /** Whether a writer can have had it; what was read is checked before anything is computed from it. */
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

    /** The bytes a medium needs to hold it. */
    public long mediumBytes() {
        return origin + ringBytes;
    }

    public long physical(long position) {
        return origin + position % ringBytes;
    }

    /** The end of the lap that {@code position} is in: the first position after it that stands at the ring's start. */
    public long lapEnd(long position) {
        return position - position % ringBytes + ringBytes;
    }

    /** Where a frame of this size goes when {@code next} is the first free position. */
    public long place(long next, int frameBytes) {
        long lapEnd = lapEnd(next);
        return next + frameBytes <= lapEnd ? next : lapEnd;
    }
}
