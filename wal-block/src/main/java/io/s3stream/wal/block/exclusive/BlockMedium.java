package io.s3stream.wal.block.exclusive;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.format.AttachRequest;
import io.s3stream.wal.block.format.BlockOptions;
import io.s3stream.wal.block.format.Holder;
import io.s3stream.wal.block.format.OpeningRecord;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.block.format.Superblock;
import io.s3stream.wal.block.ring.BlockWriteAheadLog;
import io.s3stream.wal.block.ring.ReplayEnd;
import io.s3stream.wal.block.ring.RingSource;
import io.s3stream.wal.block.ring.TailJudge;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An attached and locked medium in exclusive mode.
 *
 * <p>The medium has one ring, so it holds one unreleased generation at a time. {@link #prepare} is refused until all
 * generations that were written, fenced or replayed here are released. No generation needs an older ring then, so the
 * new ring may have another size. A file grows to it and never shrinks.
 *
 * <p>The engine owns all fields and calls one method at a time. I/O threads replace {@code openings}, set
 * {@code hasPrepared} and remove from {@code needed}, before the future of {@link #prepare} or {@link #release}
 * completes.
 */
public final class BlockMedium implements WalMedium {

    private final URI uri;
    private final BlockOptions options;
    private final OpeningRecord.Owner owner;
    private final EngineRuntime runtime;
    private final int wantedFrameBytes;
    private final MediumIo io;
    private final TailJudge judge;
    private final HolderCell cell;

    /** By WAL epoch: the generations whose frames are needed, with their writer if it runs in this process. */
    private final Map<Long, Needed> needed = new ConcurrentHashMap<>();

    private List<OpeningRecord> openings;
    private boolean hasPrepared;

    private record Needed(@Nullable BlockWriteAheadLog writer) {}

    public BlockMedium(MediumIo io, TailJudge judge, AttachRequest request, Attach.Attached attached) {
        this.uri = request.uri();
        this.options = request.options();
        this.owner = request.owner();
        this.runtime = request.context().runtime();
        this.wantedFrameBytes = request.context().maxFrameBytes();
        this.io = io;
        this.judge = judge;
        this.cell = attached.cell();
        this.openings = attached.openings();
    }

    @Override
    public boolean isExclusive() {
        return true;
    }

    @Override
    public CompletableFuture<Integer> maxFrameBytes() {
        return io.submit("wal-size", () -> ring(io.device()).maxFrameBytes());
    }

    private RingGeometry ring(BlockDevice device) throws IOException {
        return RingGeometry.of(options.usableBytes(device.size(), device.isFixedSize(), uri), wantedFrameBytes);
    }

    @Override
    public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
        if (!needed.isEmpty()) {
            return CompletableFuture.failedFuture(new ConflictException("block WAL " + io.name()
                    + " still holds walEpoch=" + needed.keySet() + "; a new generation needs the whole ring"));
        }
        return io.submit("wal-prepare", () -> writeOpening(walEpoch));
    }

    private WalDescriptor writeOpening(long walEpoch) throws IOException {
        BlockDevice device = io.device();
        RingGeometry ring = ring(device);
        device.grow(ring.mediumBytes());
        cell.requireMine();
        LockIdentity identity = device.lockIdentity();
        OpeningRecord opening = new OpeningRecord(
                nextNumber(),
                owner,
                walEpoch,
                runtime.randomLong(),
                ring,
                new OpeningRecord.InFlight(options.maxInFlight(), options.maxInFlightBytes()),
                new Holder(identity.pid(), identity.hostName(), runtime.currentTimeMillis()));
        Superblock superblock = new Superblock(device, io.allocator());
        superblock.writeOpening(opening);
        hasPrepared = true;
        openings = superblock.readOpenings();
        return new WalDescriptor(
                uri,
                walEpoch,
                opening.nonce(),
                BlockDevice.ALIGNMENT,
                ring.maxFrameBytes(),
                options.maxInFlight(),
                options.maxInFlightBytes(),
                ring.ringBytes(),
                identity.toProperties());
    }

    /**
     * Returns the number of the next opening. Skips one slot after the openings of the last holder: if that process
     * still runs, it may be writing the next slot.
     */
    private long nextNumber() {
        if (openings.isEmpty()) {
            return 0;
        }
        return openings.get(openings.size() - 1).number() + (hasPrepared ? 1 : 2);
    }

    @Override
    public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
        find(descriptor);
        if (!needed.isEmpty()) {
            throw new ConflictException("block WAL " + io.name() + " already holds walEpoch=" + needed.keySet());
        }
        BlockWriteAheadLog writer = new BlockWriteAheadLog(
                io,
                descriptor,
                firstSequence,
                new HolderGuard(
                        io,
                        cell,
                        descriptor.walEpoch(),
                        RingGeometry.of(descriptor).mediumBytes()));
        needed.put(descriptor.walEpoch(), new Needed(writer));
        return writer;
    }

    /**
     * Stops a writer of this process, if there is one. The attach has fenced any other writer: it is dead, or cannot
     * acknowledge. Its frames may still be in a cache of the system, so they are made durable (R12).
     */
    @Override
    public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
        return reach(descriptor).thenCompose(writer -> {
            CompletableFuture<Void> quiet = writer == null ? CompletableFuture.completedFuture(null) : writer.fence();
            return quiet.thenCompose(idle -> io.submit("wal-fence", () -> {
                io.device().force();
                return null;
            }));
        });
    }

    @Override
    public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
        return reach(descriptor).thenApply(writer -> RingSource.replay(io, descriptor, after, judge, new ReplayEnd()));
    }

    /**
     * Finds the generation and marks it as needed.
     *
     * @return its writer, if it runs in this process
     */
    private CompletableFuture<@Nullable BlockWriteAheadLog> reach(WalDescriptor descriptor) {
        try {
            find(descriptor);
            checkLock(descriptor);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        Needed known = needed.computeIfAbsent(descriptor.walEpoch(), epoch -> new Needed(null));
        return CompletableFuture.completedFuture(known.writer());
    }

    private void find(WalDescriptor descriptor) {
        for (OpeningRecord opening : openings) {
            if (opening.isOf(descriptor, owner)) {
                return;
            }
        }
        throw new StorageException("block WAL " + io.name() + " is unreachable: there is no opening record of " + owner
                + " walEpoch=" + descriptor.walEpoch() + " on it; is this the right device or mount?");
    }

    private void checkLock(WalDescriptor descriptor) {
        String obstacle = io.device()
                .lockIdentity()
                .whyNotProof(descriptor.properties(), io.device().isFixedSize());
        boolean vouched =
                options.singleAttach() || BlockOptions.parse(descriptor.uri()).singleAttach();
        if (obstacle != null && !vouched) {
            throw new ConflictException("block WAL " + io.name() + " walEpoch=" + descriptor.walEpoch() + ": "
                    + obstacle + ", so holding its lock here does not prove that the old writer is gone; if you know"
                    + " that it is gone, and that this is not an older copy, add singleAttach=true to the URI");
        }
    }

    /**
     * Waits for the last I/O of the generation's writer. Writes nothing: the end of a generation is in the metadata.
     */
    @Override
    public CompletableFuture<Void> release(WalDescriptor descriptor) {
        Needed generation = needed.get(descriptor.walEpoch());
        CompletableFuture<Void> quiet = generation == null || generation.writer() == null
                ? CompletableFuture.completedFuture(null)
                : generation.writer().closeAsync();
        return quiet.thenRun(() -> needed.remove(descriptor.walEpoch()));
    }

    /**
     * Releases the lock when all writers have ended and noted that on the medium; at once if they were closed before.
     */
    @Override
    public void close() {
        CompletableFuture<?>[] ended = needed.values().stream()
                .map(Needed::writer)
                .filter(Objects::nonNull)
                .map(BlockWriteAheadLog::closeAsync)
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ended).whenComplete((done, error) -> io.close());
    }
}
