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

/** Seals the frames of one generation as the engine does, and remembers them. Not thread-safe. */
public final class WalFrames {

    /** What a frame of one record has besides its payload. */
    public static final int OVERHEAD_BYTES = FrameFormat.HEADER_BYTES + RecordFormat.HEADER_BYTES;

    /**
     * A frame as it was handed to the WAL.
     *
     * @param bodyBytes the length of its records, padding not counted
     * @param chain the chain value after it
     * @param bytes a copy
     */
    @SuppressWarnings("ArrayRecordComponent") // a copy of its own
    public record Written(
            long sequence, long position, int frameBytes, int bodyBytes, long ackedThrough, int chain, byte[] bytes) {

        /** The position after it. */
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

    /** Where a replay of a whole generation begins. */
    public static WalAnchor start(WalDescriptor descriptor, long firstSequence) {
        return new WalAnchor(firstSequence - 1, 0, FrameFormat.initialChain(descriptor.nonce()));
    }

    public WalDescriptor descriptor() {
        return descriptor;
    }

    /** All frames so far, in order. */
    public List<Written> written() {
        return Collections.unmodifiableList(written);
    }

    /** Where a replay of everything begins. */
    public WalAnchor start() {
        return start;
    }

    /** The end of the last frame, or {@link #start()}. */
    public WalAnchor last() {
        return written.isEmpty() ? start : written.get(written.size() - 1).anchor();
    }

    /** The end of the frame of this sequence. */
    public WalAnchor anchor(long sequence) {
        int index = (int) (sequence - start.sequence());
        return index == 0 ? start : written.get(index - 1).anchor();
    }

    /** The payload that a frame has unless it is given one. */
    public static byte[] payload(long sequence, int bytes) {
        byte[] payload = new byte[bytes];
        new Random(sequence * 31 + bytes).nextBytes(payload);
        return payload;
    }

    /** The length of a frame with one record of this payload; with none for 0. */
    public int frameBytes(int payloadBytes) {
        return FrameFormat.paddedBytes(bodyBytes(payloadBytes), descriptor.alignment());
    }

    /** The payload that makes a frame of exactly this length. */
    public static int payloadOf(int frameBytes) {
        return frameBytes - OVERHEAD_BYTES;
    }

    /** Reserves and seals the next frame, with a payload of its own; null when there is no room. */
    @Nullable
    public WalFrame next(WriteAheadLog log, int payloadBytes, long ackedThrough) {
        return next(log, payload(last().sequence() + 1, payloadBytes), ackedThrough);
    }

    /** Reserves and seals the next frame; null when there is no room. An empty payload makes a frame without record. */
    @Nullable
    public WalFrame next(WriteAheadLog log, byte[] payload, long ackedThrough) {
        int frameBytes = frameBytes(payload.length);
        long position = log.reserve(frameBytes);
        return position < 0 ? null : seal(position, payload, ackedThrough);
    }

    /** Seals the next frame for a place that is taken from nobody. */
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
