package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.device.ProcessTable;
import io.s3stream.wal.block.device.Sector;
import io.s3stream.wal.block.format.AttachRequest;
import io.s3stream.wal.block.format.BlockOptions;
import io.s3stream.wal.block.format.Holder;
import io.s3stream.wal.block.format.OpeningRecord;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.block.format.SharedLayout;
import io.s3stream.wal.block.format.SharedOptions;
import io.s3stream.wal.block.format.SharedOptions.Writer;
import io.s3stream.wal.block.format.SharedSuperblock;
import io.s3stream.wal.block.ring.BlockWriteAheadLog;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.ReplayEnd;
import io.s3stream.wal.block.ring.RingSource;
import io.s3stream.wal.block.ring.TailJudge;
import io.s3stream.wal.block.shared.AllocationTable.Claim;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that nodes on several hosts write to at the same time, without a lock. The {@link AllocationRegister}
 * allocates each generation its own extent and fence cell. {@link FenceRules} explains why that is safe.
 *
 * <p>The states of an extent:
 *
 * <ul>
 *   <li><em>claimed</em>, before the first write to it;
 *   <li><em>released</em>, when its content is committed;
 *   <li><em>quiet</em>, when its writer's I/O is proven to have ended: the writer noted its end, its process is gone,
 *       or the operator vouches for it ({@code writersGone});
 *   <li><em>free</em>, when it is both released and quiet;
 *   <li><em>quarantined</em>, while it is released but not quiet (R1).
 * </ul>
 *
 * <p>The engine owns all fields and calls one method at a time. Fields that other threads use are concurrent.
 */
public final class SharedMedium implements WalMedium {

    /** The property of a descriptor with the device id. */
    static final String DEVICE = "device.uuid";

    static final String CELL = "fence.cell";
    static final String EXTENT = "extent";

    private static final Logger log = LoggerFactory.getLogger(SharedMedium.class);

    private final AttachRequest request;
    private final MediumIo io;
    private final SharedSuperblock superblock;
    private final AllocationRegister register;
    private final Parts parts;
    private final FenceCells cells;
    private final EngineRuntime runtime;

    /** WAL epoch to nonce: the generations prepared here without an error, whose writer was not created. */
    private final Map<Long, Long> prepared = new ConcurrentHashMap<>();

    private final Map<Long, BlockWriteAheadLog> writers = new ConcurrentHashMap<>();

    /** By WAL epoch: the replay ends of the generations fenced here. */
    private final Map<Long, ReplayEnd> ends = new ConcurrentHashMap<>();

    /** The parts that tests replace. */
    public record Parts(TailJudge judge, FenceRules rules, ProcessTable processes) {}

    public SharedMedium(AttachRequest request, MediumIo io, SharedAttach.Reached reached, Parts parts) {
        this.request = request;
        this.io = io;
        this.superblock = reached.superblock();
        this.register = reached.register();
        this.parts = parts;
        this.cells = new FenceCells(new Blocks(io.device(), io.allocator()), superblock, parts.rules());
        this.runtime = request.context().runtime();
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @Override
    public CompletableFuture<Integer> maxFrameBytes() {
        return CompletableFuture.completedFuture(
                superblock.layout().ring(0, request.context().maxFrameBytes()).maxFrameBytes());
    }

    @Override
    public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
        Writer writer = new Writer(request.context().nodeId(), walEpoch);
        long nonce = runtime.randomLong();
        LockIdentity here = io.device().lockIdentity();
        Holder holder = new Holder(here.pid(), here.hostName(), runtime.currentTimeMillis());
        return register.read()
                .thenCompose(table -> io.submit("wal-processes", () -> gone(table)))
                .thenCompose(gone -> register.update(table -> table.quiet(claim -> isQuiet(claim, gone))
                        .collect(parts.rules())
                        .allocate(writer, nonce, gone.self(), holder, parts.rules())))
                .thenCompose(table -> {
                    Claim claim = table.find(nonce).orElseThrow();
                    return io.submit("wal-prepare", () -> writeOpening(claim));
                });
    }

    /** The processes that have ended. */
    private record Gone(String self, Set<String> processes) {}

    private Gone gone(AllocationTable table) {
        return new Gone(
                parts.processes().self(),
                table.claims().stream()
                        .filter(claim -> !claim.isQuiet() && parts.processes().isGone(claim.process()))
                        .map(Claim::process)
                        .collect(Collectors.toCollection(HashSet::new)));
    }

    private boolean isQuiet(Claim claim, Gone gone) {
        SharedOptions options = Objects.requireNonNull(request.options().shared());
        return gone.processes().contains(claim.process())
                || options.writersGone().contains(claim.writer());
    }

    private WalDescriptor writeOpening(Claim claim) throws IOException {
        if (cells.isSet(claim.cell(), claim.writer())) {
            throw new ConflictException(
                    "block WAL " + io.name() + ": fence cell " + claim.cell() + " of device " + superblock.device()
                            + " was never allocated and is set; was the device's allocation table replaced?");
        }
        RingGeometry ring =
                superblock.layout().ring(claim.extent(), request.context().maxFrameBytes());
        BlockOptions options = request.options();
        OpeningRecord opening = new OpeningRecord(
                claim.cell(),
                request.owner(),
                claim.writer().walEpoch(),
                claim.nonce(),
                ring,
                new OpeningRecord.InFlight(options.maxInFlight(), options.maxInFlightBytes()),
                claim.holder());
        cells.blocks().write(SharedLayout.openingPosition(ring), block -> opening.encode(block.slice(0, Sector.BYTES)));
        prepared.put(opening.walEpoch(), opening.nonce());
        return new WalDescriptor(
                request.uri(),
                opening.walEpoch(),
                opening.nonce(),
                BlockDevice.ALIGNMENT,
                ring.maxFrameBytes(),
                options.maxInFlight(),
                options.maxInFlightBytes(),
                ring.ringBytes(),
                Map.of(
                        DEVICE,
                        superblock.device().toString(),
                        EXTENT,
                        Integer.toString(claim.extent()),
                        CELL,
                        Long.toString(claim.cell()),
                        RingGeometry.ORIGIN,
                        Long.toString(ring.origin())));
    }

    @Override
    public WriteAheadLog create(WalDescriptor descriptor, long firstSequence) {
        Long nonce = prepared.remove(descriptor.walEpoch());
        if (nonce == null || nonce != descriptor.nonce()) {
            throw new ConflictException(
                    "block WAL " + io.name() + " walEpoch=" + descriptor.walEpoch() + " was not prepared here");
        }
        CellGuard guard =
                new CellGuard(io, cells, cell(descriptor), writerOf(descriptor), clean -> ended(descriptor, clean));
        BlockWriteAheadLog writer = new BlockWriteAheadLog(io, descriptor, firstSequence, guard);
        writers.put(descriptor.walEpoch(), writer);
        return writer;
    }

    /** Notes that the writer of this process has no write in flight. If that fails, its extent is quarantined. */
    private CompletableFuture<Void> ended(WalDescriptor descriptor, boolean clean) {
        if (!clean) {
            log.warn(
                    "{} walEpoch={}: a write failed and may still land, its extent is quarantined",
                    io.name(),
                    descriptor.walEpoch());
            return CompletableFuture.completedFuture(null);
        }
        return markQuiet(descriptor.nonce());
    }

    private CompletableFuture<Void> markQuiet(long nonce) {
        return register.update(
                        table -> table.quiet(claim -> claim.nonce() == nonce).collect(parts.rules()))
                .handle((table, error) -> {
                    if (error != null) {
                        log.warn(
                                "{}: an extent stays quarantined, because the end of its writer could not be noted",
                                io.name(),
                                error);
                    }
                    return null;
                });
    }

    /** Sets the writer's fence cell, durably, independent of whether that writer still runs. */
    @Override
    public CompletableFuture<Void> fence(WalDescriptor descriptor, long from) {
        return io.submit("wal-fence", () -> {
                    find(descriptor);
                    cells.set(cell(descriptor), writerOf(descriptor));
                    return descriptor;
                })
                .thenCompose(fenced -> {
                    ends.putIfAbsent(descriptor.walEpoch(), new ReplayEnd());
                    BlockWriteAheadLog here = writers.get(descriptor.walEpoch());
                    return here == null ? CompletableFuture.completedFuture(null) : here.fence();
                });
    }

    @Override
    public CompletableFuture<Replay> replay(WalDescriptor descriptor, WalAnchor after) {
        return io.submit("wal-opening", () -> {
            find(descriptor);
            ReplayEnd end = ends.get(descriptor.walEpoch());
            return RingSource.replay(io, descriptor, after, parts.judge(), end == null ? new ReplayEnd() : end);
        });
    }

    private void find(WalDescriptor descriptor) throws IOException {
        if (!superblock.device().toString().equals(descriptor.properties().get(DEVICE))) {
            throw unreachable(
                    descriptor,
                    "it is on device " + descriptor.properties().get(DEVICE) + ", and this is device "
                            + superblock.device());
        }
        long position = SharedLayout.openingPosition(RingGeometry.of(descriptor));
        boolean found = cells.blocks().read(position, BlockDevice.ALIGNMENT, block -> {
            var sector = block.slice(0, Sector.BYTES);
            return OpeningRecord.isPresent(sector)
                    && OpeningRecord.decode(sector).isOf(descriptor, request.owner());
        });
        if (!found) {
            throw unreachable(descriptor, "there is no opening record of " + request.owner() + " in its extent");
        }
    }

    private StorageException unreachable(WalDescriptor descriptor, String why) {
        return new StorageException("block WAL " + io.name() + " walEpoch=" + descriptor.walEpoch()
                + " is unreachable: " + why + "; is this the right device or mount?");
    }

    private static long cell(WalDescriptor descriptor) {
        String cell = descriptor.properties().getOrDefault(CELL, "");
        try {
            return Long.parseLong(cell);
        } catch (NumberFormatException e) {
            throw new CorruptedDataException("block WAL descriptor " + descriptor + ": " + CELL + "='" + cell + "'", e);
        }
    }

    private Writer writerOf(WalDescriptor descriptor) {
        return new Writer(request.context().nodeId(), descriptor.walEpoch());
    }

    /**
     * Releases the extent. It is free now if its writer is known to have ended; otherwise it is quarantined. The same
     * holds for the extents of the node's older generations. A node commits in order, so these are committed too. Or a
     * process prepared them and died before it registered them.
     */
    @Override
    public CompletableFuture<Void> release(WalDescriptor descriptor) {
        Writer released = writerOf(descriptor);
        BlockWriteAheadLog here = writers.get(descriptor.walEpoch());
        CompletableFuture<Void> quiet = here == null ? CompletableFuture.completedFuture(null) : here.closeAsync();
        return quiet.thenCompose(nothing ->
                        register.update(table -> table.release(claim -> isCommittedWith(claim.writer(), released))
                                .collect(parts.rules())))
                .thenAccept(table -> writers.remove(descriptor.walEpoch()));
    }

    private static boolean isCommittedWith(Writer writer, Writer released) {
        return writer.node() == released.node() && writer.walEpoch() <= released.walEpoch();
    }

    @Override
    public void close() {
        writers.values().forEach(BlockWriteAheadLog::closeAsync);
        prepared.values().forEach(this::markQuiet); // only the opening record was written
        prepared.clear();
        io.close();
    }
}
