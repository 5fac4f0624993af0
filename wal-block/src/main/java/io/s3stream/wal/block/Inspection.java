package io.s3stream.wal.block;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalInspection.FoundGeneration;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.Blocks;
import io.s3stream.wal.block.device.MediumIo;
import io.s3stream.wal.block.device.Sector;
import io.s3stream.wal.block.format.OpeningRecord;
import io.s3stream.wal.block.format.RingGeometry;
import io.s3stream.wal.block.format.SharedOptions;
import io.s3stream.wal.block.format.SharedSuperblock;
import io.s3stream.wal.block.format.Superblock;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.OldestFrames;
import io.s3stream.wal.block.ring.ReplayEnd;
import io.s3stream.wal.block.ring.RingSource;
import io.s3stream.wal.block.ring.TailJudge;
import io.s3stream.wal.block.shared.FenceCells;
import io.s3stream.wal.common.FrameTally;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Inspects a medium in either mode, and only reads. It neither takes nor drops a lock, because it shares the channel
 * that this JVM may already have. Used once.
 */
final class Inspection {

    private final URI uri;
    private final MediumIo io;
    private final TailJudge judge;
    private final Blocks blocks;

    Inspection(URI uri, MediumIo io, TailJudge judge) {
        this.uri = uri;
        this.io = io;
        this.judge = judge;
        this.blocks = new Blocks(io.device(), io.allocator());
    }

    /** A generation, and the frames with which it may begin. */
    private record Candidate(OpeningRecord opening, boolean isFenced, List<FrameHeader> starts) {}

    private record Looked(String medium, List<Candidate> candidates) {}

    CompletableFuture<WalInspection> run() {
        return io.submit("wal-inspect", this::look).thenCompose(looked -> {
            CompletableFuture<List<FoundGeneration>> all = CompletableFuture.completedFuture(new ArrayList<>());
            for (Candidate candidate : looked.candidates()) {
                all = all.thenCompose(before -> walk(candidate, 0).thenApply(run -> {
                    OpeningRecord opening = candidate.opening();
                    before.add(run.describe(
                            opening.owner().storeId(),
                            opening.owner().nodeId(),
                            opening.walEpoch(),
                            candidate.isFenced()));
                    return before;
                }));
            }
            return all.thenApply(generations -> new WalInspection(looked.medium(), generations));
        });
    }

    private Looked look() throws IOException {
        Superblock superblock = new Superblock(io.device(), io.allocator());
        Superblock.Content content = superblock.content();
        if (content == Superblock.Content.OURS) {
            return exclusive(superblock);
        }
        SharedSuperblock shared = content == Superblock.Content.SHARED ? SharedSuperblock.read(blocks) : null;
        if (shared == null) {
            throw new StorageException("block WAL " + io.name() + " is unreachable: "
                    + switch (content) {
                        case FRESH -> "it is empty";
                        case OTHER_VERSION -> "it " + Superblock.OTHER_VERSION;
                        default -> "its content is not a WAL";
                    }
                    + "; is this the right device or mount?");
        }
        return shared(shared);
    }

    private Looked exclusive(Superblock superblock) throws IOException {
        List<OpeningRecord> openings = new ArrayList<>(superblock.readOpenings());
        openings.sort(Comparator.comparingLong(OpeningRecord::walEpoch));
        OldestFrames oldest = new OldestFrames(io, openings);
        oldest.scan();
        List<Candidate> candidates = openings.stream()
                .map(opening -> new Candidate(opening, false, oldest.of(opening)))
                .toList();
        return new Looked(
                "block WAL " + io.name() + " in exclusive mode, last attached by " + superblock.describeHolder(),
                candidates);
    }

    private Looked shared(SharedSuperblock shared) throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        FenceCells cells = new FenceCells(blocks, shared, new FenceRules());
        for (int extent = 0; extent < shared.layout().extents(); extent++) {
            Optional<OpeningRecord> present = blocks.read(
                    shared.layout().extentStart(extent),
                    BlockDevice.ALIGNMENT,
                    block -> OpeningRecord.isPresent(block.slice(0, Sector.BYTES))
                            ? Optional.of(OpeningRecord.decode(block.slice(0, Sector.BYTES)))
                            : Optional.empty());
            if (present.isPresent() && present.get().owner().storeId().equals(shared.store())) {
                OpeningRecord opening = present.get();
                if (!shared.layout().isIn(extent, opening.ring())) {
                    throw new CorruptedDataException("block WAL " + io.name() + ": the opening record of extent "
                            + extent + " is damaged, though its checksum is right: " + opening);
                }
                OldestFrames oldest = new OldestFrames(io, List.of(opening));
                oldest.scan();
                SharedOptions.Writer writer =
                        new SharedOptions.Writer(opening.owner().nodeId(), opening.walEpoch());
                candidates.add(new Candidate(opening, cells.isSet(opening.number(), writer), oldest.of(opening)));
            }
        }
        candidates.sort(
                Comparator.comparingLong(candidate -> candidate.opening().walEpoch()));
        return new Looked(
                "block WAL " + io.name() + " in shared mode, device " + shared.device() + " of store " + shared.store()
                        + ", " + shared.layout(),
                candidates);
    }

    /** Follows the chain from the first start whose frame is intact. */
    private CompletableFuture<FrameTally> walk(Candidate candidate, int start) {
        if (start >= candidate.starts().size()) {
            return CompletableFuture.completedFuture(new FrameTally());
        }
        FrameHeader first = candidate.starts().get(start);
        WalAnchor before = new WalAnchor(first.sequence() - 1, first.position(), first.previousChain());
        Replay replay = RingSource.replay(io, descriptor(candidate.opening()), before, judge, new ReplayEnd());
        FrameTally run = new FrameTally();
        return run.endAtDamage(run.follow(replay, Runnable::run))
                .whenComplete((done, error) -> replay.close())
                .thenCompose(done ->
                        !run.isEmpty() || start + 1 == candidate.starts().size()
                                ? CompletableFuture.completedFuture(run)
                                : walk(candidate, start + 1));
    }

    private WalDescriptor descriptor(OpeningRecord opening) {
        return new WalDescriptor(
                uri,
                opening.walEpoch(),
                opening.nonce(),
                BlockDevice.ALIGNMENT,
                opening.ring().maxFrameBytes(),
                opening.inFlight().frames(),
                opening.inFlight().bytes(),
                opening.ring().ringBytes(),
                Map.of(RingGeometry.ORIGIN, Long.toString(opening.ring().origin())));
    }
}
