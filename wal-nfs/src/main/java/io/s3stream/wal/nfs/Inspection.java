package io.s3stream.wal.nfs;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalInspection.FoundGeneration;
import io.s3stream.wal.common.FrameTally;
import io.s3stream.wal.common.Futures;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.Mount;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads all generations of all nodes in a directory, and changes nothing. Used once. */
final class Inspection {

    private final MediumIo io;
    private final TailJudge judge;
    private final List<FoundGeneration> found = new ArrayList<>();

    private record Candidate(OpeningRecord opening, GenerationFiles files, boolean isFenced, OptionalLong segment) {}

    Inspection(MediumIo io, TailJudge judge) {
        this.io = io;
        this.judge = judge;
    }

    CompletableFuture<WalInspection> run() {
        return io.submit("wal-inspect", this::candidates).thenCompose(candidates -> {
            CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
            for (Candidate candidate : candidates) {
                all = all.thenCompose(before -> inspect(candidate));
            }
            return all.thenCompose(done -> io.submit("wal-inspect", this::medium))
                    .thenApply(medium -> {
                        found.sort(Comparator.comparingLong(FoundGeneration::walEpoch));
                        return new WalInspection(medium, found);
                    });
        });
    }

    private String medium() throws IOException {
        Mount mount = io.directory().mount();
        String where = mount.type().isEmpty() ? "" : " on " + mount.point() + " (" + mount.type() + ")";
        return "directory " + io.name() + where + (mount.isNfs() ? "" : ", not NFS: for processes of one machine")
                + "; not locked, fenced by files";
    }

    private List<Candidate> candidates() throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        for (String node : io.directory().list("")) {
            if (!node.matches("\\d{1,9}") || !io.directory().isDirectory(node)) {
                continue;
            }
            List<String> entries = io.directory().list(node);
            for (String entry : entries) {
                OptionalLong epoch = GenerationFiles.openedEpoch(entry);
                if (epoch.isPresent()) {
                    Candidate candidate = candidate(Integer.parseInt(node), epoch.getAsLong(), entries);
                    if (candidate != null) {
                        candidates.add(candidate);
                    }
                }
            }
        }
        return candidates;
    }

    /** Returns null if the generation was released since the listing, or was never completely prepared. */
    private @Nullable Candidate candidate(int nodeId, long walEpoch, List<String> entries) throws IOException {
        OpeningRecord opening;
        try (NfsFile file = io.directory().open(GenerationFiles.opening(nodeId, walEpoch))) {
            opening = OpeningRecord.read(file);
        } catch (NoSuchFileException | CorruptedDataException e) {
            return null;
        }
        GenerationFiles files = new GenerationFiles(nodeId, walEpoch, opening.nonce());
        OptionalLong oldest = entries.stream()
                .map(files::segmentNumber)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min();
        return new Candidate(opening, files, new FenceFile(io.directory(), files).isSet(), oldest);
    }

    private CompletableFuture<Void> inspect(Candidate candidate) {
        OpeningRecord opening = candidate.opening();
        FrameTally tally = new FrameTally();
        if (candidate.segment().isEmpty()) {
            tally.endAt("it has no segments");
            found.add(result(candidate, tally));
            return CompletableFuture.completedFuture(null);
        }
        WalDescriptor descriptor = new WalDescriptor(
                URI.create(NfsOptions.SCHEME + "://" + io.name().replace(" ", "%20")),
                opening.walEpoch(),
                opening.nonce(),
                SegmentGeometry.ALIGNMENT,
                opening.geometry().maxFrameBytes(),
                opening.maxInFlight(),
                opening.maxInFlightBytes(),
                opening.capacityBytes(),
                opening.geometry().toProperties());
        LogFiles log = new LogFiles(io, candidate.files(), opening.geometry());
        return io.submit("wal-inspect", () -> {
                    long start =
                            opening.geometry().segmentStart(candidate.segment().getAsLong());
                    WalAnchor anchor = anchor(log, opening, start);
                    return SegmentSource.replay(io, log, descriptor, anchor, log.end(start, false), judge);
                })
                .thenCompose(
                        replay -> tally.follow(replay, Runnable::run).whenComplete((done, failure) -> replay.close()))
                .handle((done, failure) -> {
                    if (failure != null) {
                        tally.endAt(String.valueOf(Futures.unwrap(failure).getMessage()));
                    }
                    found.add(result(candidate, tally));
                    return null;
                });
    }

    /** Makes an anchor of the first frame of a segment: its header has the sequence and the previous chain value. */
    private static WalAnchor anchor(LogFiles log, OpeningRecord opening, long start) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FrameFormat.HEADER_BYTES);
        try (NfsFile segment = log.openSegment(start / opening.geometry().segmentBytes())) {
            LogFiles.readFully(segment, bytes, 0);
        }
        FrameHeader header = FrameFormat.headerOrNull(bytes.flip(), 0);
        return header == null
                ? new WalAnchor(0, start, FrameFormat.initialChain(opening.nonce()))
                : new WalAnchor(header.sequence() - 1, start, header.previousChain());
    }

    private static FoundGeneration result(Candidate candidate, FrameTally tally) {
        OpeningRecord opening = candidate.opening();
        return tally.describe(opening.storeId(), opening.nodeId(), opening.walEpoch(), candidate.isFenced());
    }
}
