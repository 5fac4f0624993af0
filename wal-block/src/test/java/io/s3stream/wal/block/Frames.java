package io.s3stream.wal.block;

import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seals frames as the engine does, and remembers them. */
final class Frames {

    /** A frame as it was handed to the WAL. */
    record Written(
            long sequence, long position, int frameBytes, int bodyBytes, long ackedThrough, int chain, byte[] bytes) {

        long end() {
            return position + frameBytes;
        }

        WalAnchor anchor() {
            return new WalAnchor(sequence, end(), chain);
        }
    }

    final List<Written> written = new ArrayList<>();
    private final WalDescriptor descriptor;
    private final int nodeId;
    private final WalAnchor start;

    Frames(WalDescriptor descriptor, int nodeId, long firstSequence) {
        this.descriptor = descriptor;
        this.nodeId = nodeId;
        this.start = new WalAnchor(firstSequence - 1, 0, FrameFormat.initialChain(descriptor.nonce()));
    }

    /** Where a replay of everything begins. */
    WalAnchor start() {
        return start;
    }

    WalAnchor last() {
        return written.isEmpty() ? start : written.get(written.size() - 1).anchor();
    }

    /** The payload that frame {@code sequence} has unless it was given one. */
    static byte[] payload(long sequence, int bytes) {
        byte[] payload = new byte[bytes];
        new Random(sequence * 31 + bytes).nextBytes(payload);
        return payload;
    }

    static int frameBytes(int payloadBytes) {
        return FrameFormat.paddedBytes(RecordFormat.encodedBytes(payloadBytes), BlockDevice.ALIGNMENT);
    }

    /** Reserves and seals the next frame; null when there is no room. */
    WalFrame next(WriteAheadLog log, int payloadBytes, long ackedThrough) {
        return next(log, payload(last().sequence() + 1, payloadBytes), ackedThrough);
    }

    WalFrame next(WriteAheadLog log, byte[] payload, long ackedThrough) {
        int frameBytes = frameBytes(payload.length);
        long position = log.reserve(frameBytes);
        if (position < 0) {
            return null;
        }
        long sequence = last().sequence() + 1;
        ByteBuffer buffer = ByteBuffer.allocateDirect(frameBytes + BlockDevice.ALIGNMENT)
                .alignedSlice(BlockDevice.ALIGNMENT)
                .limit(frameBytes);
        RecordFormat.encode(buffer, FrameFormat.HEADER_BYTES, 7, 1, sequence, 1, sequence, ByteBuffer.wrap(payload));
        int body = RecordFormat.encodedBytes(payload.length);
        FrameHeader header = FrameHeader.toSeal(
                nodeId, descriptor.walEpoch(), descriptor.nonce(), sequence, ackedThrough, position, last().checksum());
        int chain = FrameFormat.seal(buffer, 0, body, frameBytes, header);
        byte[] copy = new byte[frameBytes];
        buffer.get(0, copy);
        written.add(new Written(sequence, position, frameBytes, body, ackedThrough, chain, copy));
        return new WalFrame(sequence, position, buffer);
    }
}
