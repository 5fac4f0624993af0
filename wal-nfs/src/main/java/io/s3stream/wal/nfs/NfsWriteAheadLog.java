package io.s3stream.wal.nfs;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.common.FrameChecks;
import io.s3stream.wal.common.Futures;
import io.s3stream.wal.common.PositionSpace;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The writer of one generation. A frame passes three stages:
 *
 * <ol>
 *   <li>write into the cache of the system, several frames at a time;
 *   <li>sync, in one group with all frames written during the sync before;
 *   <li>fence check, in one group with all frames synced during the check before. If the fence is not set, the group is
 *       acknowledged.
 * </ol>
 *
 * <p><b>Why not one synchronous write per frame.</b> The system reports a failed write to a file descriptor once. Of
 * two synchronous writes on one descriptor, the second may consume the report of the first one's failure. The first
 * then returns as if it were durable. So there is one sync at a time, and a failed sync ends the generation: a second
 * sync would succeed without the data.
 *
 * <p>The serial context owns space, segments and the next sequence. It shares {@link WriterState} and the two stages
 * with the I/O threads.
 */
final class NfsWriteAheadLog implements WriteAheadLog {

    private final MediumIo io;
    private final WalDescriptor descriptor;
    private final WalProfile profile;
    private final SegmentGeometry geometry;
    private final PositionSpace space;
    private final WriterState state;
    private final Segments segments;
    private final FenceFile fence;
    private final GroupStage<Written> syncs = new GroupStage<>(this::sync, this::synced);
    private final GroupStage<Written> checks = new GroupStage<>(this::check, this::checked);
    private long nextSequence;
    private @Nullable CompletableFuture<Void> closing;

    /** A frame in the system's cache; its buffer is free. */
    private record Written(NfsFile segment, CompletableFuture<Void> append) {}

    NfsWriteAheadLog(MediumIo io, GenerationFiles files, WalDescriptor descriptor, long firstSequence) {
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
        this.geometry = SegmentGeometry.of(descriptor);
        this.space = new PositionSpace(geometry.segmentBytes(), descriptor.capacityBytes());
        this.state = new WriterState(toString());
        this.segments = new Segments(io, files, state);
        this.fence = new FenceFile(io.directory(), files);
        this.nextSequence = firstSequence;
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
        StreamException refused = state.begin();
        if (refused != null) {
            return CompletableFuture.failedFuture(refused);
        }
        CompletableFuture<Void> append = new CompletableFuture<>();
        long offset = geometry.offset(frame.position());
        segments.get(geometry.segment(frame.position()))
                .thenCompose(segment -> io.submit("wal-append", () -> {
                    state.requireNotFailed();
                    segment.write(bytes, offset);
                    return new Written(segment, append);
                }))
                .whenComplete((written, failure) -> {
                    if (failure == null) {
                        syncs.add(written);
                    } else {
                        end(append, failure);
                    }
                });
        return append;
    }

    private CompletableFuture<Void> sync(List<Written> group) {
        return io.submit("wal-sync", () -> {
            state.requireNotFailed();
            Set<NfsFile> files = new LinkedHashSet<>();
            group.forEach(written -> files.add(written.segment()));
            for (NfsFile file : files) {
                forceOnce(file);
            }
            return null;
        });
    }

    /** Syncs a file. Records a failure before the next group can begin. */
    private void forceOnce(NfsFile file) {
        try {
            file.force();
        } catch (IOException e) {
            StorageException failure = io.failed("wal-sync", e);
            state.fail(failure);
            throw failure;
        }
    }

    private CompletableFuture<Void> check(List<Written> group) {
        return io.submit("wal-fence-check", () -> {
            state.requireNotFailed();
            fence.requireUnset(toString());
            return null;
        });
    }

    private void synced(List<Written> group, @Nullable Throwable failure) {
        for (Written written : group) {
            if (failure == null) {
                checks.add(written);
            } else {
                end(written.append(), failure);
            }
        }
    }

    private void checked(List<Written> group, @Nullable Throwable failure) {
        for (Written written : group) {
            if (failure == null) {
                state.done();
                written.append().complete(null);
            } else {
                end(written.append(), failure);
            }
        }
    }

    private void end(CompletableFuture<Void> append, Throwable failure) {
        Throwable cause = Futures.unwrap(failure);
        state.fail(cause);
        state.done();
        append.completeExceptionally(cause);
    }

    @Override
    public String toString() {
        return "NFS WAL " + io.name() + " walEpoch=" + descriptor.walEpoch();
    }

    @Override
    public void trim(long position) {
        space.trim(position);
        segments.deleteBefore(geometry.segment(position));
    }

    @Override
    public long usedBytes() {
        return space.used();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        if (closing == null) {
            closing = state.close().thenCompose(idle -> segments.closeAll());
        }
        return closing.copy();
    }
}
