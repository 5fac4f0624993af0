package io.s3stream.core.verify;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.storage.DamagedReads;
import io.s3stream.core.storage.Fingerprint;
import io.s3stream.core.verify.ObjectIndexes.DamagedIndexException;
import io.s3stream.core.verify.ObjectIndexes.Found;
import io.s3stream.layout.BlockEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Checks one object after another: whether it exists, and whether it has the content that the metadata describe.
 * Thread-safe, stateless.
 */
final class ObjectCheck {

    private final ObjectIndexes indexes;
    private final BlockReads blocks;
    private final boolean deep;

    /** @param deep whether to read blocks too */
    ObjectCheck(ObjectIndexes indexes, BlockReads blocks, boolean deep) {
        this.indexes = indexes;
        this.blocks = blocks;
        this.deep = deep;
    }

    /** The result for one object; without findings the object is intact. */
    record Outcome(ObjectMetadata object, List<Finding> findings, long blocks, long batches) {}

    /**
     * @param uses the ranges in the object; offsets outside all of them belong to no stream, and are checked as well
     */
    CompletableFuture<Outcome> check(ObjectMetadata object, List<RangesByObject.Use> uses) {
        return Failures.answerOf(() -> indexes.read(object.key()))
                .thenCompose(found -> found.isPresent()
                        ? check(object, found.get(), uses)
                        : CompletableFuture.completedFuture(missing(object, uses)))
                .exceptionally(error -> failed(object, Failures.unwrap(error)));
    }

    private CompletableFuture<Outcome> check(ObjectMetadata object, Found found, List<RangesByObject.Use> uses) {
        List<Finding> findings = new ArrayList<>();
        if (found.size() != object.size()) {
            findings.add(size(object, found.size()));
        }
        findings.addAll(RangeCheck.check(object, found.index(), uses));
        if (!deep) {
            return CompletableFuture.completedFuture(new Outcome(object, findings, 0, 0));
        }
        List<BlockEntry> entries = found.index().entries().stream()
                .sorted(Comparator.comparingLong(BlockEntry::position))
                .toList();
        DeepCheck first = new DeepCheck();
        return blocks.read(object.key(), entries, first).thenCompose(there -> {
            if (!there) {
                return CompletableFuture.completedFuture(missing(object, uses));
            }
            return confirmed(object, first, DamagedReads.NONE).thenApply(deep -> {
                deep.found.forEach(damage -> findings.add(damage.finding(object, uses)));
                return new Outcome(object, findings, entries.size(), deep.batches);
            });
        });
    }

    /**
     * Repeats the reads of damaged blocks until two consecutive reads agree: the damage may have happened in transit.
     */
    private CompletableFuture<DeepCheck> confirmed(ObjectMetadata object, DeepCheck last, DamagedReads before) {
        Set<Fingerprint> arrived = last.arrived();
        if (!before.isDoubtful(arrived)) {
            return CompletableFuture.completedFuture(last);
        }
        DeepCheck again = new DeepCheck();
        List<BlockEntry> damaged = last.found.stream().map(Damage::entry).toList();
        return blocks.read(object.key(), damaged, again).thenCompose(still -> {
            again.batches += last.batches;
            return confirmed(object, again, before.with(arrived));
        });
    }

    /** Collects the damage of blocks. Used by one thread at a time. */
    private static final class DeepCheck implements BlockReads.Receiver {

        private final List<Damage> found = new ArrayList<>();
        private long batches;

        @Override
        public void block(BlockEntry entry, ByteBuffer bytes) {
            ByteBuffer arrived = bytes.duplicate();
            try {
                batches += BlockCheck.check(bytes, entry);
            } catch (CorruptedDataException e) {
                found.add(new Damage(entry, String.valueOf(e.getMessage()), Fingerprint.of(entry.position(), arrived)));
            }
        }

        Set<Fingerprint> arrived() {
            return found.stream().map(Damage::arrived).collect(Collectors.toSet());
        }
    }

    private record Damage(BlockEntry entry, String what, Fingerprint arrived) {

        Finding finding(ObjectMetadata object, List<RangesByObject.Use> uses) {
            boolean needed = uses.stream()
                    .anyMatch(use -> use.stream().id() == entry.streamId()
                            && use.range().start() < entry.endOffset()
                            && use.range().end() > entry.baseOffset());
            return new Finding(
                    Kind.BLOCK,
                    object.key(),
                    entry.position(),
                    entry.streamId(),
                    entry.baseOffset(),
                    "object=" + object.key() + " position=" + entry.position() + " stream=" + entry.streamId()
                            + " offsets=[" + entry.baseOffset() + ", " + entry.endOffset() + "): " + what
                            + (needed ? "" : " (no stream refers to these offsets)"));
        }
    }

    private static Outcome failed(ObjectMetadata object, Throwable error) {
        if (error instanceof DamagedIndexException damage) {
            List<Finding> findings = new ArrayList<>();
            if (damage.size() != object.size()) {
                findings.add(size(object, damage.size()));
            }
            findings.add(of(object, Kind.INDEX, String.valueOf(damage.getMessage())));
            return new Outcome(object, findings, 0, 0);
        }
        // An object that cannot be checked, for any reason, must not end the check of the others.
        Kind kind = error instanceof CorruptedDataException ? Kind.INDEX : Kind.UNREADABLE;
        String what = error instanceof StreamException ? String.valueOf(error.getMessage()) : error.toString();
        return new Outcome(object, List.of(of(object, kind, what)), 0, 0);
    }

    private static Outcome missing(ObjectMetadata object, List<RangesByObject.Use> uses) {
        List<Finding> findings = new ArrayList<>();
        String what = "the metadata names it but it is not in object storage";
        for (RangesByObject.Use use : uses) {
            findings.add(new Finding(
                    Kind.MISSING,
                    object.key(),
                    Finding.NONE,
                    use.stream().id(),
                    use.range().start(),
                    "object=" + object.key() + " stream=" + use.stream().id() + " range=["
                            + use.range().start() + ", " + use.range().end() + "): " + what));
        }
        return new Outcome(object, findings.isEmpty() ? List.of(of(object, Kind.MISSING, what)) : findings, 0, 0);
    }

    private static Finding size(ObjectMetadata object, long size) {
        return of(object, Kind.SIZE, "has " + size + " bytes, the metadata says " + object.size());
    }

    private static Finding of(ObjectMetadata object, Kind kind, String what) {
        return new Finding(
                kind, object.key(), Finding.NONE, Finding.NONE, Finding.NONE, "object=" + object.key() + ": " + what);
    }
}
