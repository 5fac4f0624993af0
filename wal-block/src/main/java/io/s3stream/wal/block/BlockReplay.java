package io.s3stream.wal.block;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Walks the chain of frames. The frame after one that ends at position p stands at p, or, if the writer found that it
 * did not fit, at the start of the next lap; generation, sequence, chain and position together say which. Where neither
 * is good, {@link TailScan} tells the end from damage.
 *
 * <p>Never goes further than one lap from the anchor: the bytes there are those of the anchor's own lap.
 *
 * <p>Owned by its caller, one {@link #next()} at a time.
 */
final class BlockReplay implements Replay {

    private final MediumIo io;
    private final WalDescriptor descriptor;
    private final TailJudge judge;
    private final ReplayEnd end;
    private final RingGeometry geometry;
    private final long limit;
    private final RingReader reader;

    /** The last good frame. */
    private long sequence;

    private long position;
    private int chain;

    private boolean ended;
    private CompletableFuture<Optional<ReplayedFrame>> latest = CompletableFuture.completedFuture(Optional.empty());

    BlockReplay(MediumIo io, WalDescriptor descriptor, WalAnchor after, TailJudge judge, ReplayEnd end) {
        this.io = io;
        this.descriptor = descriptor;
        this.judge = judge;
        this.end = end;
        this.geometry = RingGeometry.of(descriptor);
        this.sequence = after.sequence();
        this.position = after.endPosition();
        this.chain = after.checksum();
        this.limit = after.endPosition() + geometry.ringBytes();
        this.reader = new RingReader(io, geometry, position, limit);
    }

    @Override
    public CompletableFuture<Optional<ReplayedFrame>> next() {
        latest = ended || sequence >= end.last() ? CompletableFuture.completedFuture(Optional.empty()) : look(position);
        return latest;
    }

    /** Looks for the next frame at {@code at}: where the last one ended, or the start of the lap after. */
    private CompletableFuture<Optional<ReplayedFrame>> look(long at) {
        if (!reader.has(at, BlockDevice.ALIGNMENT)) {
            return reader.exhausted() ? settle() : reader.advance(at).thenCompose(more -> look(at));
        }
        FrameHeader header = headerOrNull(reader.buffer(), reader.indexOf(at));
        if (header == null || !header.follows(descriptor.walEpoch(), descriptor.nonce(), sequence, chain, at)) {
            long lapEnd = geometry.lapEnd(position);
            boolean maySkip = at < lapEnd && lapEnd - position < geometry.maxFrameBytes();
            return maySkip ? look(lapEnd) : settle();
        }
        int frameBytes = frameBytes(header);
        if (at + frameBytes > Math.min(limit, geometry.lapEnd(at))) {
            return settle();
        }
        if (!reader.has(at, frameBytes)) {
            return reader.exhausted() ? settle() : reader.advance(at).thenCompose(more -> look(at));
        }
        return isIntact(reader.buffer(), reader.indexOf(at), header)
                ? CompletableFuture.completedFuture(Optional.of(accept(header, at, frameBytes)))
                : settle();
    }

    private ReplayedFrame accept(FrameHeader header, long at, int frameBytes) {
        sequence = header.sequence();
        position = at + frameBytes;
        chain = header.chain();
        ByteBuffer bytes = reader.buffer().slice(reader.indexOf(at), frameBytes);
        return new ReplayedFrame(sequence, position, chain, bytes);
    }

    /** What cannot have been written counts as larger than any frame. */
    private int frameBytes(FrameHeader header) {
        return header.bodyBytes() > geometry.maxFrameBytes()
                ? Integer.MAX_VALUE
                : FrameFormat.paddedBytes(header.bodyBytes(), descriptor.alignment());
    }

    /** The frame after {@link #sequence} is bad: the end, or an error. */
    private CompletableFuture<Optional<ReplayedFrame>> settle() {
        return io.submit("wal-tail-scan", () -> {
            new TailScan(io, descriptor, judge).check(sequence + 1, position, limit);
            ended = true;
            end.settle(sequence);
            return Optional.empty();
        });
    }

    /** The header that stands there; that there is none, or a torn one, is an answer like any other. */
    static @Nullable FrameHeader headerOrNull(ByteBuffer buffer, int at) {
        if (!FrameFormat.hasMagic(buffer, at)) {
            return null;
        }
        try {
            return FrameFormat.readHeader(buffer, at);
        } catch (CorruptedDataException e) {
            return null;
        }
    }

    private static boolean isIntact(ByteBuffer buffer, int at, FrameHeader header) {
        try {
            FrameFormat.verifyBody(buffer, at, header);
            return true;
        } catch (CorruptedDataException e) {
            return false;
        }
    }

    /** The buffers go when the latest {@link #next()} has completed. */
    @Override
    public void close() {
        latest.whenComplete((frame, failed) -> {
            ended = true;
            reader.close();
        });
    }
}
