package io.s3stream.wal.block.ring;

import io.netty.buffer.ByteBuf;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.format.RingGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Looks behind a bad frame for a {@link TailJudge}'s evidence. Blocking; used once. */
final class TailScan {

    private static final int CHUNK_BYTES = 1 << 20;

    private final MediumIo io;
    private final WalDescriptor descriptor;
    private final RingGeometry geometry;
    private final TailJudge judge;

    TailScan(MediumIo io, WalDescriptor descriptor, TailJudge judge) {
        this.io = io;
        this.descriptor = descriptor;
        this.geometry = RingGeometry.of(descriptor);
        this.judge = judge;
    }

    /**
     * @param sequence the sequence of the bad frame
     * @param position the position at which it should begin
     * @param limit the position one lap after the anchor
     * @throws CorruptedDataException if that frame had been acknowledged
     */
    void check(long sequence, long position, long limit) throws IOException {
        long end = Math.min(limit, position + judge.windowBytes(descriptor) + BlockDevice.ALIGNMENT);
        int chunk = (int) Math.min(CHUNK_BYTES, Math.max(end - position, 0));
        ByteBuf owner = io.allocator().directBuffer(chunk + BlockDevice.ALIGNMENT);
        try {
            ByteBuffer bytes = owner.nioBuffer(0, owner.capacity()).alignedSlice(BlockDevice.ALIGNMENT);
            for (long at = position; at < end; ) {
                int length = (int) Math.min(chunk, Math.min(end, geometry.lapEnd(at)) - at);
                RingSource.readFully(io, geometry, at, bytes.position(0).limit(length));
                checkChunk(bytes.position(0), at, sequence, position);
                at += length;
            }
        } finally {
            owner.release();
        }
    }

    private void checkChunk(ByteBuffer bytes, long start, long sequence, long position) {
        FrameHeader evidence = judge.findEvidence(bytes, start, sequence, descriptor);
        if (evidence != null) {
            throw new CorruptedDataException("block WAL " + io.name() + " walEpoch=" + descriptor.walEpoch()
                    + ": frame sequence=" + sequence + " position=" + position + " (byte "
                    + geometry.physical(position) + " of the medium) had been acknowledged and is damaged:"
                    + " frame sequence=" + evidence.sequence() + " position=" + evidence.position()
                    + " was written after it");
        }
    }
}
