package io.s3stream.wal.block.ring;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.common.FrameChecks;
import io.s3stream.wal.common.Futures;
import io.s3stream.wal.common.OperationCount;
import io.s3stream.wal.common.PositionSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The writer of one generation. Each frame is one positional write, which is durable when it returns. The
 * {@link WriterGuard} then decides whether the frame may be acknowledged.
 *
 * <p>The serial context owns the space and the next sequence. It shares the failure and the number of writes in flight
 * with the I/O threads.
 */
public final class BlockWriteAheadLog implements WriteAheadLog {

    private final MediumIo io;
    private final WalDescriptor descriptor;
    private final WalProfile profile;
    private final RingGeometry geometry;
    private final PositionSpace space;
    private final WriterGuard guard;
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private final CompletableFuture<Void> ended;
    private long nextSequence;

    private final OperationCount writes = new OperationCount(() -> idle.complete(null));
    private volatile @Nullable Throwable failure;
    private volatile boolean fenced;
    private volatile boolean hasUnsettledWrite;

    public BlockWriteAheadLog(MediumIo io, WalDescriptor descriptor, long firstSequence, WriterGuard guard) {
        this.io = io;
        this.descriptor = descriptor;
        this.profile = new WalProfile(
                descriptor.alignment(),
                descriptor.maxFrameBytes(),
                descriptor.maxInFlight(),
                descriptor.maxInFlightBytes(),
                0,
                Duration.ZERO,
                descriptor.capacityBytes());
        this.geometry = RingGeometry.of(descriptor);
        this.space = new PositionSpace(geometry.ringBytes(), descriptor.capacityBytes());
        this.nextSequence = firstSequence;
        this.guard = guard;
        this.ended = idle.thenCompose(nothing -> guard.ended(!hasUnsettledWrite));
    }

    @Override
    public WalProfile profile() {
        return profile;
    }

    @Override
    public long reserve(int frameBytes) {
        FrameChecks.requireSize(frameBytes, 1, descriptor);
        return space.reserve(frameBytes);
    }

    @Override
    public CompletableFuture<Void> append(WalFrame frame) {
        ByteBuffer bytes = frame.bytes().duplicate();
        if (frame.sequence() != nextSequence || !space.use(frame.position(), bytes.remaining())) {
            return CompletableFuture.failedFuture(FrameChecks.notReserved(frame, nextSequence));
        }
        nextSequence++;
        if (!writes.begin()) {
            return CompletableFuture.failedFuture(
                    fenced ? fencedException() : new StoreClosedException(this + " is closed"));
        }
        Throwable before = failure;
        if (fenced || before != null) {
            writes.end();
            return CompletableFuture.failedFuture(fenced || before == null ? fencedException() : ended(before));
        }
        return guard.write(() -> io.submit("wal-append", () -> write(bytes, frame.position())))
                .whenComplete((done, error) -> finished(error));
    }

    /**
     * Writes a frame, on an I/O thread. A write that has begun reports its own outcome, independent of other failures.
     */
    private @Nullable Void write(ByteBuffer bytes, long position) throws IOException {
        Throwable before = failure;
        if (before != null) {
            throw ended(before);
        }
        if (fenced) {
            throw fencedException();
        }
        guard.look();
        try {
            io.device().write(bytes, geometry.physical(position));
        } catch (IOException | RuntimeException e) {
            hasUnsettledWrite = true;
            failure = e;
            throw e;
        }
        guard.lookAgain();
        if (fenced) {
            throw fencedException();
        }
        return null;
    }

    /** Notes the end of an append. After any failure, no later frame is written. */
    private void finished(@Nullable Throwable error) {
        Throwable cause = error == null ? null : Futures.unwrap(error);
        if (cause instanceof FencedException) {
            fenced = true;
        } else if (cause != null && failure == null) {
            failure = cause;
        }
        writes.end();
    }

    private StorageException ended(Throwable cause) {
        return new StorageException(this + " ended with a failure: " + cause.getMessage(), cause);
    }

    private FencedException fencedException() {
        return new FencedException(this + " was fenced");
    }

    @Override
    public String toString() {
        return "block WAL " + io.name() + " walEpoch=" + descriptor.walEpoch();
    }

    @Override
    public void trim(long position) {
        space.trim(position);
    }

    @Override
    public long usedBytes() {
        return space.used();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        writes.close();
        return ended.copy();
    }

    /** Fences this writer: no later frame is acknowledged. The future completes when no write is in flight. */
    public CompletableFuture<Void> fence() {
        fenced = true;
        return closeAsync();
    }
}
