package io.s3stream.core.collect;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.RebuildMark;
import io.s3stream.core.metrics.CollectMetrics;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.layout.ObjectKeys.DataKey;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the objects in storage with those in the metadata [R22]. A sweep takes the keys in flight, then a fresh
 * state, then the listings, in this order. It deletes orphans, aborts abandoned multipart uploads, and lets the metadata
 * sweep their own left-over objects. Keys of unknown form are left alone. Objects from before a rebuild of the metadata
 * stay [R42]. Runs on the collector's context.
 */
final class Sweeper {

    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int PAGE = 10_000;
    /**
     * With more objects, each directory is listed separately: stores with unordered listings list all keys for each
     * page.
     */
    private static final int MAX_LISTED_TOGETHER = 20_000;

    private static final int DIRECTORIES = 256;

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MetadataClient metadata;
    private final ObjectStorage storage;
    private final KeysInFlight keys;
    private final CollectMetrics metrics;
    private final OrphanRule rule;
    private final Duration pause;
    private volatile boolean closed;
    private boolean strangerMet;

    Sweeper(ObjectCollector.Collaborators with, SerialContext context, OrphanRule rule, Duration pause) {
        this.runtime = with.runtime();
        this.context = context;
        this.metadata = with.metadata();
        this.storage = with.storage();
        this.keys = with.keys();
        this.metrics = with.metrics();
        this.rule = rule;
        this.pause = pause;
    }

    void close() {
        closed = true;
    }

    /** Sweeps once. If a part fails, the other parts still run, and then the future fails. */
    CompletableFuture<Void> sweep() {
        KeysInFlight.Snapshot own = keys.snapshot();
        runtime.step("sweep.begin");
        return metadata.refresh().thenComposeAsync(view -> new Pass(own, view).run(), context);
    }

    private CompletableFuture<Void> pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        runtime.schedule(pause, context, () -> over.complete(null));
        return over;
    }

    /** Returns the parts of a key, or null for a key of unknown form. */
    private @Nullable DataKey parse(String key) {
        try {
            return ObjectKeys.parse(key);
        } catch (CorruptedDataException e) {
            if (!strangerMet) {
                strangerMet = true;
                LOG.warn("object={} was not written by a store; objects with such keys are left alone", key);
            }
            return null;
        }
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    /** A single sweep. Its criteria stay the same through all listings. */
    private final class Pass {

        private final KeysInFlight.Snapshot own;
        private final long floor;
        private final Map<Integer, Long> epochs;
        private final KnownObjects known;
        private final RebuildMark mark;
        private @Nullable Throwable failure;

        /** Reads epochs first: the objects are then at least as new, and contain all commits of older epochs. */
        Pass(KeysInFlight.Snapshot own, MetadataView view) {
            this.own = own;
            this.floor = view.nodeFloor(); // first: a node that is not among the others gets a greater epoch
            this.epochs = view.nodes().stream().collect(Collectors.toMap(NodeMetadata::id, NodeMetadata::epoch));
            this.known = KnownObjects.of(view);
            this.mark = view.rebuildMark();
        }

        CompletableFuture<Void> run() {
            runtime.step("sweep.state");
            return directories(prefixes(), 0)
                    .handleAsync(this::note, context)
                    .thenComposeAsync(nothing -> multiparts(), context)
                    .handleAsync(this::note, context)
                    .thenComposeAsync(nothing -> closed ? done() : metadata.sweep(), context)
                    .handleAsync(this::note, context)
                    .thenAccept(nothing -> {
                        if (failure != null) {
                            throw Failures.asStreamException("sweep", failure);
                        }
                    });
        }

        /** Notes a failure and continues: a failed listing of one kind must not prevent the deletion of other kinds. */
        private @Nullable Void note(@Nullable Void nothing, @Nullable Throwable error) {
            if (error != null && failure == null) {
                failure = error;
            }
            return null;
        }

        private List<String> prefixes() {
            if (known.size() <= MAX_LISTED_TOGETHER) {
                return List.of(ObjectKeys.DATA_PREFIX);
            }
            List<String> prefixes = new ArrayList<>();
            for (int i = 0; i < DIRECTORIES; i++) {
                prefixes.add(
                        ObjectKeys.DATA_PREFIX + Character.forDigit(i >> 4, 16) + Character.forDigit(i & 15, 16) + "/");
            }
            return prefixes;
        }

        private CompletableFuture<Void> directories(List<String> prefixes, int index) {
            return index == prefixes.size()
                    ? done()
                    : page(prefixes.get(index), "")
                            .thenComposeAsync(nothing -> directories(prefixes, index + 1), context);
        }

        private CompletableFuture<Void> page(String prefix, String after) {
            if (closed) {
                return done();
            }
            return Failures.answerOf(() -> storage.list(prefix, after, PAGE))
                    .thenComposeAsync(
                            page -> page.isEmpty()
                                    ? done()
                                    : delete(page.stream()
                                                    .filter(this::isOrphan)
                                                    .toList())
                                            .thenComposeAsync(nothing -> pause(), context)
                                            .thenComposeAsync(
                                                    nothing -> page(
                                                            prefix,
                                                            page.get(page.size() - 1)
                                                                    .key()),
                                                    context),
                            context);
        }

        private boolean isOrphan(ObjectSummary object) {
            DataKey key = parse(object.key());
            return key != null && isSettled(key) && !known.contains(object.key(), key);
        }

        private boolean isSettled(DataKey key) {
            return !rule.isKept(key, mark) && rule.isSettled(key, own, epochOf(key.nodeId()));
        }

        private @Nullable Long epochOf(int nodeId) {
            Long present = epochs.get(nodeId);
            return present == null && floor > 0 ? Long.valueOf(floor + 1) : present;
        }

        private CompletableFuture<Void> delete(List<ObjectSummary> orphans) {
            if (orphans.isEmpty() || closed) {
                return done();
            }
            runtime.step("sweep.delete");
            return Failures.answerOf(() -> storage.delete(
                            orphans.stream().map(ObjectSummary::key).toList()))
                    .thenAcceptAsync(
                            failed -> {
                                List<ObjectSummary> gone = orphans.stream()
                                        .filter(object -> !failed.containsKey(object.key()))
                                        .toList();
                                long bytes = gone.stream()
                                        .mapToLong(ObjectSummary::size)
                                        .sum();
                                metrics.swept(gone.size(), bytes);
                                LOG.info("deleted {} orphans of {} bytes", gone.size(), bytes);
                                runtime.step("sweep.deleted");
                                if (!failed.isEmpty()) {
                                    note(null, new StorageException("orphans could not be deleted: " + failed));
                                }
                            },
                            context);
        }

        /** Aborts uploads to settled keys: their writers cannot commit them, and a committed upload is complete. */
        private CompletableFuture<Void> multiparts() {
            if (closed) {
                return done();
            }
            return Failures.answerOf(() -> storage.listMultiparts(ObjectKeys.DATA_PREFIX))
                    .thenComposeAsync(
                            uploads -> abort(
                                    uploads.stream().filter(this::isAbandoned).toList(), 0),
                            context);
        }

        private boolean isAbandoned(PendingMultipart upload) {
            DataKey key = parse(upload.key());
            return key != null && isSettled(key);
        }

        private CompletableFuture<Void> abort(List<PendingMultipart> uploads, int index) {
            if (index == uploads.size() || closed) {
                return done();
            }
            runtime.step("sweep.abort");
            return Failures.answerOf(() -> storage.abortMultipart(uploads.get(index)))
                    .thenAccept(nothing -> metrics.aborted())
                    .handleAsync(this::note, context)
                    .thenComposeAsync(nothing -> pause(), context)
                    .thenComposeAsync(nothing -> abort(uploads, index + 1), context);
        }
    }
}
