package io.s3stream.wal.nfs;

import io.netty.buffer.ByteBuf;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Looks behind a bad frame for the evidence of a {@link TailJudge}. It also reads segments behind the settled end,
 * which can hold evidence only if a segment was lost. Blocking; used once.
 */
final class TailScan {

    private static final int CHUNK_BYTES = 1 << 20;

    private final MediumIo io;
    private final LogFiles log;
    private final WalDescriptor descriptor;
    private final SegmentGeometry geometry;
    private final TailJudge judge;

    TailScan(MediumIo io, LogFiles log, WalDescriptor descriptor, TailJudge judge) {
        this.io = io;
        this.log = log;
        this.descriptor = descriptor;
        this.geometry = SegmentGeometry.of(descriptor);
        this.judge = judge;
    }

    /**
     * @param sequence the sequence of the bad frame
     * @param position the position at which it should begin
     * @throws CorruptedDataException if that frame had been acknowledged
     */
    void check(long sequence, long position) throws IOException {
        long end = position + judge.windowBytes(descriptor) + SegmentGeometry.ALIGNMENT;
        ByteBuf owner = io.allocator().directBuffer((int) Math.min(CHUNK_BYTES, end - position));
        try {
            ByteBuffer chunk = owner.nioBuffer(0, owner.capacity());
            for (long at = position; at < end; at = Math.min(end, geometry.segmentEnd(at))) {
                checkSegment(chunk, at, Math.min(end, geometry.segmentEnd(at)), sequence, position);
            }
        } finally {
            owner.release();
        }
    }

    private void checkSegment(ByteBuffer chunk, long from, long to, long sequence, long position) throws IOException {
        try (NfsFile segment = log.openSegment(geometry.segment(from))) {
            if (segment == null) {
                return;
            }
            long written = Math.min(to, geometry.segmentStart(geometry.segment(from)) + segment.size());
            for (long at = from; at < written; at += chunk.capacity()) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), to - at));
                LogFiles.readFully(segment, chunk, geometry.offset(at));
                checkChunk(chunk, at, sequence, position);
            }
        }
    }

    private void checkChunk(ByteBuffer bytes, long start, long sequence, long position) {
        FrameHeader evidence = judge.findEvidence(bytes, start, sequence, descriptor);
        if (evidence != null) {
            throw new CorruptedDataException(log.name() + ": frame sequence=" + sequence + " position="
                    + position + " (" + log.segmentName(position) + " byte " + geometry.offset(position)
                    + ") had been acknowledged and is damaged: frame sequence=" + evidence.sequence()
                    + " position=" + evidence.position() + " was written after it");
        }
    }
}
