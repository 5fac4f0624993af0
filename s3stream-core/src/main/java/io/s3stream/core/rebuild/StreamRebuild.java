package io.s3stream.core.rebuild;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.rebuild.RebuiltParts.SizedPart;
import io.s3stream.core.rebuild.StreamAssembly.Hole;
import io.s3stream.core.rebuild.StreamAssembly.Overlap;
import io.s3stream.core.rebuild.StreamAssembly.Part;
import io.s3stream.core.verify.BlockReads;
import io.s3stream.core.verify.ObjectIndexes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds one stream. Reads the facts that its assembly lacks: the size of a part of a piece, and whether overlapping
 * pieces have the same records. Used by one thread at a time, once.
 */
final class StreamRebuild {

    private final long id;
    private final StreamAssembly assembly;
    private final long trimmed;
    private final IntFunction<String> keys;
    private final ObjectIndexes indexes;
    private final BlockReads blocks;
    private final List<Finding> findings = new ArrayList<>();
    private final List<SizedPart> sized = new ArrayList<>();

    /** @param trimmed records before this offset were trimmed, and may be missing */
    StreamRebuild(
            long id,
            StreamAssembly assembly,
            long trimmed,
            IntFunction<String> keys,
            ObjectIndexes indexes,
            BlockReads blocks) {
        this.id = id;
        this.assembly = assembly;
        this.trimmed = trimmed;
        this.keys = keys;
        this.indexes = indexes;
        this.blocks = blocks;
    }

    CompletableFuture<RebuiltParts> run() {
        assembly.dead().forEach(this::dead);
        assembly.holes().stream().filter(hole -> hole.to() > trimmed).forEach(this::hole);
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (Overlap overlap : assembly.overlaps()) {
            all = all.thenCompose(nothing -> compare(overlap));
        }
        for (Part part : assembly.parts()) {
            all = all.thenCompose(nothing -> measure(part));
        }
        return all.thenApply(nothing -> new RebuiltParts(id, epoch(), start(), sized, findings));
    }

    private long epoch() {
        long epoch = 0;
        for (Piece piece : assembly.dead()) {
            epoch = Math.max(epoch, piece.epoch());
        }
        for (Part part : assembly.parts()) {
            epoch = Math.max(epoch, part.piece().epoch());
        }
        for (Overlap overlap : assembly.overlaps()) {
            epoch = Math.max(epoch, overlap.other().epoch());
        }
        for (Part part : assembly.before()) {
            epoch = Math.max(epoch, part.piece().epoch());
        }
        return epoch;
    }

    private long start() {
        return assembly.parts().isEmpty() ? 0 : assembly.parts().get(0).from();
    }

    private void dead(Piece piece) {
        find(
                Kind.DEAD,
                piece,
                piece.start(),
                "offsets [" + piece.start() + ", " + piece.end() + ") of stream epoch " + piece.epoch()
                        + ": a later epoch begins before them");
    }

    private void hole(Hole hole) {
        findings.add(new Finding(
                Kind.HOLE,
                "",
                Finding.NONE,
                id,
                hole.from(),
                "stream=" + id + ": no object has offsets [" + hole.from() + ", " + hole.to()
                        + "); records before them are left out: these offsets were trimmed, or are lost"));
    }

    private CompletableFuture<Void> compare(Overlap overlap) {
        String what = "offsets [" + overlap.from() + ", " + overlap.to() + ") of stream epoch "
                + overlap.other().epoch();
        return scan(overlap.taken(), overlap.from(), overlap.to())
                .thenCompose(taken -> scan(overlap.other(), overlap.from(), overlap.to())
                        .thenAccept(other -> {
                            if (taken != null && other != null && !taken.isSame(other)) {
                                find(
                                        Kind.CONFLICT,
                                        overlap.other(),
                                        overlap.from(),
                                        what + " differ from object="
                                                + keys.apply(overlap.taken().object()) + ", which is used");
                            }
                        }));
    }

    private CompletableFuture<Void> measure(Part part) {
        Piece piece = part.piece();
        if (part.isWhole()) {
            sized.add(new SizedPart(part, piece.bytes(), piece.maxTimestamp()));
            return CompletableFuture.completedFuture(null);
        }
        return scan(piece, part.from(), part.to()).thenAccept(sum -> {
            if (sum != null && sum.isCut()) {
                find(
                        Kind.CONFLICT,
                        piece,
                        part.from(),
                        "offsets [" + part.from() + ", " + part.to()
                                + ") do not begin and end with a record, as the object with the adjacent offsets says");
            }
            // Only upper limits are known for damaged records. A reader of them gets an error that names the damage.
            sized.add(
                    sum == null
                            ? new SizedPart(part, piece.bytes(), piece.maxTimestamp())
                            : new SizedPart(part, sum.bytes(), sum.maxTimestamp()));
        });
    }

    /** Returns the totals of the records; null if they are damaged, which is reported. */
    private CompletableFuture<RecordScan.@Nullable Sum> scan(Piece piece, long from, long to) {
        return RecordScan.run(keys.apply(piece.object()), id, from, to, indexes, blocks)
                .handle((sum, error) -> {
                    if (error != null) {
                        Throwable cause = Failures.unwrap(error);
                        find(
                                cause instanceof CorruptedDataException ? Kind.BLOCK : Kind.UNREADABLE,
                                piece,
                                from,
                                "offsets [" + from + ", " + to + ") cannot be read: " + cause.getMessage());
                    }
                    return sum;
                });
    }

    private void find(Kind kind, Piece piece, long offset, String what) {
        String key = keys.apply(piece.object());
        findings.add(new Finding(kind, key, Finding.NONE, id, offset, "object=" + key + " stream=" + id + ": " + what));
    }
}
