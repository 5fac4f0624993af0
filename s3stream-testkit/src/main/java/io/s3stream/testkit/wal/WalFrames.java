package io.s3stream.testkit.wal;

import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Seals the frames of a generation as the engine does, and keeps copies. Not thread-safe. */
public final class WalFrames {

    /** The bytes of a frame with one record, without payload and padding. */
    public static final int OVERHEAD_BYTES = FrameFormat.HEADER_BYTES + RecordFormat.HEADER_BYTES;

    /**
     * A frame as it was passed to the WAL.
     *
     * @param bodyBytes the length of its records, without padding
     * @param chain the chain value of the frame
     * @param bytes a copy of the frame
     */
    @SuppressWarnings("ArrayRecordComponent") // a private copy
    public record Written(
            long sequence, long position, int frameBytes, int bodyBytes, long ackedThrough, int chain, byte[] bytes) {

        /** Returns the position after the frame. */
        public long end() {
            return position + frameBytes;
        }

        public WalAnchor anchor() {
            return new WalAnchor(sequence, end(), chain);
        }
    }

    private final List<Written> written = new ArrayList<>();
    private final WalDescriptor descriptor;
    private final int nodeId;
    private final WalAnchor start;

    public WalFrames(WalDescriptor descriptor, int nodeId, long firstSequence) {
        this.descriptor = descriptor;
        this.nodeId = nodeId;
        this.start = start(descriptor, firstSequence);
    }

    /** Returns the anchor of a replay of a whole generation. */
    public static WalAnchor start(WalDescriptor descriptor, long firstSequence) {
        return new WalAnchor(firstSequence - 1, 0, FrameFormat.initialChain(descriptor.nonce()));
    }

    public WalDescriptor descriptor() {
        return descriptor;
    }

    /** Returns all frames so far, in order. */
    public List<Written> written() {
        return Collections.unmodifiableList(written);
    }

    /** Returns the anchor of a replay of all frames. */
    public WalAnchor start() {
        return start;
    }

    /** Returns the end of the last frame, or {@link #start()}. */
    public WalAnchor last() {
        return written.isEmpty() ? start : written.get(written.size() - 1).anchor();
    }

    /** Returns the end of the frame with this sequence. */
    public WalAnchor anchor(long sequence) {
        int index = (int) (sequence - start.sequence());
        return index == 0 ? start : written.get(index - 1).anchor();
    }

    /** Returns the default payload of a frame. */
    public static byte[] payload(long sequence, int bytes) {
        byte[] payload = new byte[bytes];
        new Random(sequence * 31 + bytes).nextBytes(payload);
        return payload;
    }

    /** Returns the length of a frame with one record of this payload size, or without a record for 0. */
    public int frameBytes(int payloadBytes) {
        return FrameFormat.paddedBytes(bodyBytes(payloadBytes), descriptor.alignment());
    }

    /** Returns the payload size that gives a frame of exactly this length. */
    public static int payloadOf(int frameBytes) {
        return frameBytes - OVERHEAD_BYTES;
    }

    /** Reserves and seals the next frame, with the default payload. Returns null if there is no room. */
    @Nullable
    public WalFrame next(WriteAheadLog log, int payloadBytes, long ackedThrough) {
        return next(log, payload(last().sequence() + 1, payloadBytes), ackedThrough);
    }

    /**
     * Reserves and seals the next frame. Returns null if there is no room. An empty payload gives a frame without
     * record.
     */
    @Nullable
    public WalFrame next(WriteAheadLog log, byte[] payload, long ackedThrough) {
        int frameBytes = frameBytes(payload.length);
        long position = log.reserve(frameBytes);
        return position < 0 ? null : seal(position, payload, ackedThrough);
    }

    /** Seals the next frame for a position that was not reserved. */
    public WalFrame seal(long position, byte[] payload, long ackedThrough) {
        int frameBytes = frameBytes(payload.length);
        long sequence = last().sequence() + 1;
        ByteBuffer buffer = ByteBuffer.allocateDirect(frameBytes + descriptor.alignment())
                .alignedSlice(descriptor.alignment())
                .limit(frameBytes);
        if (payload.length > 0) {
            RecordFormat.encode(
                    buffer, FrameFormat.HEADER_BYTES, 7, 1, sequence, 1, sequence, ByteBuffer.wrap(payload));
        }
        int body = bodyBytes(payload.length);
        FrameHeader header = FrameHeader.toSeal(
                nodeId, descriptor.walEpoch(), descriptor.nonce(), sequence, ackedThrough, position, last().checksum());
        int chain = FrameFormat.seal(buffer, 0, body, frameBytes, header);
        byte[] copy = new byte[frameBytes];
        buffer.get(0, copy);
        written.add(new Written(sequence, position, frameBytes, body, ackedThrough, chain, copy));
        return new WalFrame(sequence, position, buffer);
    }

    private static int bodyBytes(int payloadBytes) {
        return payloadBytes == 0 ? 0 : RecordFormat.encodedBytes(payloadBytes);
    }
}
