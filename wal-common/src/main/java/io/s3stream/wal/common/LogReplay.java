package io.s3stream.wal.common;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Follows the chain of frames. After a frame that ends at position p, the next frame begins at p. If it did not fit
 * there, the writer put it at the start of the next part. Generation, sequence, chain and position together identify
 * the next frame. If neither place has it, the {@link LogSource} tells the end from damage.
 *
 * <p>Owned by its caller, which makes one {@link #next()} at a time.
 */
public final class LogReplay implements Replay {

    private final LogSource source;
    private final WalDescriptor descriptor;
    private final long limit;
    private final ReplayWindow window;

    /** The last good frame. */
    private long sequence;

    private long position;
    private int chain;

    private boolean ended;
    private CompletableFuture<Optional<ReplayedFrame>> latest = CompletableFuture.completedFuture(Optional.empty());

    /**
     * @param source closed together with the replay
     * @param limit the replay reads no position from here on
     */
    public LogReplay(
            LogSource source, WalDescriptor descriptor, WalAnchor after, long limit, ByteBufAllocator allocator) {
        this.source = source;
        this.descriptor = descriptor;
        this.limit = limit;
        this.sequence = after.sequence();
        this.position = after.endPosition();
        this.chain = after.checksum();
        this.window = new ReplayWindow(
                source,
                new ReplayWindow.Memory(allocator, descriptor.alignment(), descriptor.maxFrameBytes()),
                position,
                limit);
    }

    @Override
    public CompletableFuture<Optional<ReplayedFrame>> next() {
        latest = ended || sequence >= source.last()
                ? CompletableFuture.completedFuture(Optional.empty())
                : look(position);
        return latest;
    }

    /** Looks for the next frame at {@code at}: the end of the last frame, or the start of the part after it. */
    private CompletableFuture<Optional<ReplayedFrame>> look(long at) {
        if (!window.has(at, descriptor.alignment())) {
            return window.exhausted() ? settle() : window.advance(at).thenCompose(more -> look(at));
        }
        FrameHeader header = FrameFormat.headerOrNull(window.buffer(), window.indexOf(at));
        if (header == null || !header.follows(descriptor.walEpoch(), descriptor.nonce(), sequence, chain, at)) {
            long partEnd = partEnd(position);
            boolean maySkip = at < partEnd && partEnd - position < descriptor.maxFrameBytes();
            return maySkip ? look(partEnd) : settle();
        }
        int frameBytes = frameBytes(header);
        if (at + frameBytes > Math.min(limit, partEnd(at))) {
            return settle();
        }
        if (!window.has(at, frameBytes)) {
            return window.exhausted() ? settle() : window.advance(at).thenCompose(more -> look(at));
        }
        return isIntact(window.buffer(), window.indexOf(at), header)
                ? CompletableFuture.completedFuture(Optional.of(accept(header, at, frameBytes)))
                : settle();
    }

    private long partEnd(long at) {
        return LogParts.end(at, source.partBytes());
    }

    private ReplayedFrame accept(FrameHeader header, long at, int frameBytes) {
        sequence = header.sequence();
        position = at + frameBytes;
        chain = header.chain();
        ByteBuffer bytes = window.buffer().slice(window.indexOf(at), frameBytes);
        return new ReplayedFrame(sequence, position, chain, bytes);
    }

    /**
     * Returns the padded length. An impossible length counts as {@link Integer#MAX_VALUE}, so that no sum overflows.
     */
    private int frameBytes(FrameHeader header) {
        return header.bodyBytes() > descriptor.maxFrameBytes() - FrameFormat.HEADER_BYTES
                ? Integer.MAX_VALUE
                : FrameFormat.paddedBytes(header.bodyBytes(), descriptor.alignment());
    }

    /** Ends the replay: the frame after {@link #sequence} is bad. Fails if that frame had been acknowledged. */
    private CompletableFuture<Optional<ReplayedFrame>> settle() {
        return source.settle(sequence, position).thenApply(end -> {
            ended = true;
            return Optional.empty();
        });
    }

    private static boolean isIntact(ByteBuffer buffer, int at, FrameHeader header) {
        try {
            FrameFormat.verifyBody(buffer, at, header);
            return true;
        } catch (CorruptedDataException e) {
            return false;
        }
    }

    /** Releases the buffers when the latest {@link #next()} has completed. */
    @Override
    public void close() {
        latest.whenComplete((frame, failed) -> {
            ended = true;
            window.close();
        });
    }
}
