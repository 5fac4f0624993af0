package io.s3stream.core.rebuild;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.api.tools.Findings;
import io.s3stream.api.tools.Progress;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildRefusedException;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.core.catalog.Catalog;
import io.s3stream.core.catalog.CatalogReader;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.core.metadata.log.RestoredStore;
import io.s3stream.core.metadata.state.MetadataInvariants;
import io.s3stream.core.verify.BlockReads;
import io.s3stream.core.verify.FindingList;
import io.s3stream.core.verify.ObjectIndexes;
import io.s3stream.core.verify.Parallel;
import io.s3stream.core.verify.PatientStorage;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds a store once: lists objects, reads their indexes, assembles streams, copies the objects that the new store
 * needs, and writes its metadata last. Owns the findings; confined to one serial context.
 */
public final class StoreRebuilder {

    private static final int PARALLEL = 12;
    private static final int PARALLEL_COPIES = 4;
    private static final long MEMORY_BYTES = 64 << 20;

    /**
     * Added to epochs and positions, because the lost store may have used some that no object shows. None of them may
     * be used again.
     */
    private static final long LEAP = 1 << 20;

    /** No node reaches a greater epoch: an object with one is not of this store. */
    private static final long MAX_EPOCH = 1L << 61;

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final ObjectStorage source;
    private final PatientStorage storage;
    private final @Nullable Target target;
    private final Consumer<Progress> progress;
    private final String acceptedLoss;
    private final LossRule lossRule;
    private final IoExecutor verifier;
    private final ObjectIndexes indexes;
    private final BlockReads blocks;
    private final FindingList findings = new FindingList();
    private final List<ObjectSummary> objects = new ArrayList<>();
    private final Set<Integer> nodes = new TreeSet<>();
    private final Map<Long, List<Piece>> pieces = new TreeMap<>();
    private final Map<Long, RebuiltParts> streams = new TreeMap<>();
    private Catalog catalog = Catalog.NONE;
    private long lastNodeEpoch;
    private long lastPosition;
    private long done;

    /**
     * @param source the storage with the objects
     * @param target the place of the new store; null: write nothing
     * @param threads that verify the data read
     */
    public StoreRebuilder(
            EngineRuntime runtime,
            ObjectStorage source,
            @Nullable Target target,
            int threads,
            RebuildOptions options,
            LossRule lossRule) {
        this.runtime = runtime;
        this.context = runtime.serialContext("rebuild");
        this.source = source;
        this.storage = new PatientStorage(source, runtime, context);
        this.target = target;
        this.progress = options.progress();
        this.acceptedLoss = options.acceptedLoss();
        this.lossRule = lossRule;
        this.verifier = runtime.ioExecutor("verify", threads);
        this.indexes = new ObjectIndexes(storage, verifier);
        this.blocks = new BlockReads(storage, verifier, MEMORY_BYTES);
    }

    /** Completes on the rebuilder's context. */
    public CompletableFuture<RebuildReport> rebuild() {
        return refuseExistingStore()
                .thenComposeAsync(nothing -> storage.listAll(RestoredStore.METADATA_PREFIX), context)
                .thenComposeAsync(
                        found -> {
                            lastPosition = RestoredStore.lastPosition(found);
                            return storage.listAll(CatalogReader.PREFIX);
                        },
                        context)
                .thenComposeAsync(this::readCatalog, context)
                .thenComposeAsync(nothing -> storage.listAll(ObjectKeys.DATA_PREFIX), context)
                .thenComposeAsync(this::readIndexes, context)
                .thenComposeAsync(nothing -> assembleAll(), context)
                .thenComposeAsync(nothing -> write(), context)
                .whenComplete((report, error) -> verifier.close());
    }

    private CompletableFuture<Void> refuseExistingStore() {
        if (target == null) {
            return CompletableFuture.completedFuture(null);
        }
        return target.register().read().thenAccept(head -> {
            if (head.isPresent()) {
                throw new ConflictException("a store already exists where the new one is to be written: it has a head,"
                        + " meta/head or a value of its register; name an empty prefix, or a new row");
            }
        });
    }

    private CompletableFuture<Void> readCatalog(List<ObjectSummary> listed) {
        String key = CatalogReader.newest(listed).orElse("");
        if (key.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        lastPosition = Math.max(lastPosition, CatalogReader.position(key));
        return storage.get(key, ByteRange.WHOLE)
                .thenApply(content -> CatalogReader.read(key, content))
                .handleAsync(
                        (found, error) -> {
                            if (error == null) {
                                catalog = found;
                            } else {
                                catalogLost(key, Failures.unwrap(error));
                            }
                            return null;
                        },
                        context);
    }

    private void catalogLost(String key, Throwable cause) {
        find(
                cause instanceof CorruptedDataException ? Kind.INDEX : Kind.UNREADABLE,
                key,
                Finding.NONE,
                Finding.NONE,
                "object=" + key + ": the catalogue with the names and tags of all streams: " + cause.getMessage());
    }

    private CompletableFuture<Void> readIndexes(List<ObjectSummary> listed) {
        for (ObjectSummary object : listed) {
            try {
                ObjectKeys.DataKey key = ObjectKeys.parse(object.key());
                if (key.nodeEpoch() > MAX_EPOCH) {
                    throw new CorruptedDataException(
                            "object=" + object.key() + ": no node has epoch " + key.nodeEpoch());
                }
                nodes.add(key.nodeId());
                lastNodeEpoch = Math.max(lastNodeEpoch, key.nodeEpoch());
                objects.add(object);
            } catch (CorruptedDataException notOurs) {
                find(Kind.FOREIGN, object.key(), Finding.NONE, Finding.NONE, String.valueOf(notOurs.getMessage()));
            }
        }
        return Parallel.forEach(
                context,
                PARALLEL,
                IntStream.range(0, objects.size()).boxed().toList(),
                i -> indexes.read(objects.get(i).key())
                        .handle((found, error) -> new IndexRead(i, found == null ? null : found.orElse(null), error)),
                this::indexRead);
    }

    /** The result of reading the index of an object. */
    private record IndexRead(
            int object,
            ObjectIndexes.@Nullable Found found,
            @Nullable Throwable error) {}

    private void indexRead(IndexRead read) {
        String key = objects.get(read.object()).key();
        ObjectIndexes.Found there = read.found();
        if (there != null) {
            ObjectIndex index = there.index();
            Piece.in(read.object(), index)
                    .forEach((stream, found) -> pieces.computeIfAbsent(stream, id -> new ArrayList<>())
                            .addAll(found));
        } else {
            Throwable cause = read.error() == null ? null : Failures.unwrap(read.error());
            Kind kind = cause == null
                    ? Kind.MISSING
                    : cause instanceof ObjectIndexes.DamagedIndexException ? Kind.INDEX : Kind.UNREADABLE;
            String what = cause == null ? "it was listed but has disappeared" : String.valueOf(cause.getMessage());
            find(kind, key, Finding.NONE, Finding.NONE, "object=" + key + ": " + what);
        }
        progress.accept(new Progress("indexes", ++done, objects.size()));
    }

    /**
     * Returns the streams of the catalogue, including those without an object, and newer streams. Deleted streams stay
     * deleted.
     */
    private Set<Long> streamIds() {
        Set<Long> ids = new TreeSet<>(catalog.streams().keySet());
        pieces.keySet().stream().filter(id -> !catalog.isDeleted(id)).forEach(ids::add);
        return ids;
    }

    private CompletableFuture<Void> assembleAll() {
        done = 0;
        Naming naming = new Naming(catalog);
        return Parallel.forEach(
                context,
                PARALLEL,
                streamIds(),
                id -> new StreamRebuild(
                                id,
                                StreamAssembly.of(pieces.getOrDefault(id, List.of())),
                                naming.startOffset(id),
                                this::key,
                                indexes,
                                blocks)
                        .run(),
                rebuilt -> {
                    findings.addAll(rebuilt.findings());
                    streams.put(rebuilt.id(), rebuilt);
                    progress.accept(new Progress("streams", ++done, pieces.size()));
                });
    }

    private String key(int object) {
        return objects.get(object).key();
    }

    private CompletableFuture<RebuildReport> write() {
        Map<Integer, Long> numbers = new HashMap<>();
        List<StoredObject> used = new ArrayList<>();
        List<RestoredStore.RestoredStream> restored = new ArrayList<>();
        Naming naming = new Naming(catalog);
        IntToLongFunction numberOf = object -> numbers.computeIfAbsent(object, i -> {
            used.add(new StoredObject(objects.get(i).key(), objects.get(i).size()));
            return (long) used.size();
        });
        streams.values().forEach(stream -> restored.add(stream.restored(numberOf, naming)));
        RebuildMark mark = new RebuildMark(lastNodeEpoch + LEAP, lastPosition + LEAP);
        RestoredStore store = new RestoredStore(
                new UUID(runtime.randomLong(), runtime.randomLong()),
                nodes,
                mark,
                used,
                catalog.lastStreamId(),
                restored);
        MetadataInvariants.check(store.state());
        RebuildReport report = report(used.size(), restored);
        if (target == null) {
            return CompletableFuture.completedFuture(report);
        }
        if (!lossRule.mayWrite(report.loss(), acceptedLoss)) {
            throw refused(report);
        }
        return copy(used)
                .thenComposeAsync(
                        copied -> store.write(target.storage(), target.register())
                                .thenApply(nothing -> new RebuildReport(
                                        report.objects(),
                                        report.objectsUsed(),
                                        copied,
                                        report.streams(),
                                        report.findings(),
                                        report.loss())),
                        context);
    }

    /** Returns how many bytes were copied: none if the new store uses the same storage. */
    private CompletableFuture<Long> copy(Collection<StoredObject> used) {
        if (target == null || target.storage().equals(source)) {
            return CompletableFuture.completedFuture(0L);
        }
        ObjectCopier copier =
                new ObjectCopier(storage, target.storage(), new PatientStorage(target.storage(), runtime, context));
        long total = used.stream().mapToLong(StoredObject::size).sum();
        done = 0;
        return Parallel.forEach(
                        context,
                        PARALLEL_COPIES,
                        used,
                        object -> copier.copy(object.key(), object.size()).thenApply(nothing -> object.size()),
                        size -> {
                            done += size;
                            progress.accept(new Progress("copy", done, total));
                        })
                .thenApply(nothing -> total);
    }

    private RebuildReport report(int used, List<RestoredStore.RestoredStream> restored) {
        List<RebuildReport.RebuiltStream> told = new ArrayList<>();
        for (RestoredStore.RestoredStream stream : restored) {
            List<RangeList.Range> ranges = stream.ranges();
            told.add(new RebuildReport.RebuiltStream(
                    stream.id(),
                    stream.name(),
                    stream.epoch(),
                    stream.startOffset(),
                    ranges.isEmpty()
                            ? stream.startOffset()
                            : ranges.get(ranges.size() - 1).end(),
                    ranges.size(),
                    ranges.stream().mapToLong(RangeList.Range::bytes).sum()));
        }
        Findings all = findings.result();
        return new RebuildReport(objects.size(), used, 0, told, all, lossRule.lossIn(all));
    }

    private static RebuildRefusedException refused(RebuildReport report) {
        Findings findings = report.findings();
        String first = findings.list().stream()
                .filter(finding -> finding.kind().isProblem())
                .findFirst()
                .map(Finding::message)
                .orElse("");
        return new RebuildRefusedException(
                "nothing was written: " + (findings.problems() + findings.count(Kind.UNREADABLE))
                        + " objects, blocks or ranges are unreadable, missing or doubtful, and the new metadata would lack"
                        + " them. The first: "
                        + first + ". Try again if the storage may answer now. To accept this loss, pass its number "
                        + report.loss() + " (acceptLoss, or --accept-loss of the tool)",
                report);
    }

    private void find(Kind kind, String key, long stream, long offset, String message) {
        findings.add(new Finding(kind, key, Finding.NONE, stream, offset, message));
    }
}
