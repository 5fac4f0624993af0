package io.s3stream.core;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.StoreState;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.catalog.CatalogKeeper;
import io.s3stream.core.collect.CollectOptions;
import io.s3stream.core.collect.ObjectCollector;
import io.s3stream.core.compact.CompactionTools;
import io.s3stream.core.compact.Compactor;
import io.s3stream.core.compact.pace.Foreground;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.Shutdown;
import io.s3stream.core.events.OutageWatch;
import io.s3stream.core.events.StoreEvents;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.MetadataRules;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.node.Liveness;
import io.s3stream.core.node.NodeOpener;
import io.s3stream.core.node.TakeOvers;
import io.s3stream.core.read.ReadPath;
import io.s3stream.core.recovery.OpenedNode;
import io.s3stream.core.recovery.QuarantineRelease;
import io.s3stream.core.recovery.RecoveryTools;
import io.s3stream.core.register.RegisterUse;
import io.s3stream.core.register.Registers;
import io.s3stream.core.runtime.FailStopRuntime;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.MeteredObjectStorage;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.core.upload.ObjectGrouping;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.upload.UploadOptions;
import io.s3stream.core.upload.Uploader;
import io.s3stream.core.wal.MediumWatch;
import io.s3stream.core.write.MemoryPlan;
import io.s3stream.core.write.WritePath;
import io.s3stream.core.write.WriteSettings;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.WalContext;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a store: runtime, object storage, metadata, recovery of the node, write path. If a step fails, the opened parts
 * are closed again in reverse order. Used once.
 */
public final class StoreOpener {

    private static final Logger LOG = LoggerFactory.getLogger(StoreOpener.class);

    private final StreamStoreBuilder options;
    private final StoreConfig config;
    private final EngineParts parts;
    private final EngineRuntime runtime;
    private final ByteBufAllocator allocator;
    private final StorageAccess storages;
    private final MemoryPlan plan;
    private final MemoryBudget budget;
    private final SlabPool slabs;
    private final SerialContext context;
    private final StoreMetrics metrics;
    private final StoreEvents events;
    private final Deque<Runnable> cleanup = new ArrayDeque<>();

    private @Nullable ObjectWriter writer;

    StoreOpener(StreamStoreBuilder options, EngineParts parts) {
        this.options = options;
        this.config = options.config();
        this.parts = parts;
        this.allocator = parts.allocator(config);
        this.plan = MemoryPlan.of(config);
        this.budget = new MemoryBudget(config.writeCacheBytes());
        this.slabs = parts.slabPool(plan.slabBytes(), MemoryPlan.ALIGNMENT, budget, plan.pinLimit());
        EngineRuntime given = options.runtime();
        EngineRuntime bare = given == null ? ThreadedRuntime.of(options) : given;
        if (given == null) {
            cleanup.push(bare::close);
        }
        this.events = new StoreEvents(options.listener(), bare.listeners());
        this.runtime = new FailStopRuntime(bare, parts.failureRule(), this::onContextFailure);
        this.storages = new StorageAccess(runtime, allocator, false, options.storageProvider());
        this.context = runtime.serialContext("append");
        this.metrics = new StoreMetrics(options.metrics(), options.nodeId(), runtime::nanoTime);
        cleanup.push(metrics::close);
    }

    /** Completes on the callback executor. */
    CompletableFuture<StreamStore> open() {
        return opened(openStorage(storages)
                .thenComposeAsync(
                        storage -> openMetadata(storage, register(storage, RegisterUse.STORE))
                                .thenComposeAsync(metadata -> openNode(storage, metadata), context),
                        context));
    }

    /** Completes on the callback executor. */
    CompletableFuture<StreamStore> openReadOnly() {
        return opened(openStorage(new StorageAccess(runtime, allocator, true, options.storageProvider()))
                .thenComposeAsync(this::openToRead, context));
    }

    private CompletableFuture<StreamStore> openToRead(MeteredObjectStorage storage) {
        return openMetadata(storage, register(storage, RegisterUse.LOOK))
                .thenApplyAsync(
                        metadata -> {
                            ReadPath readPath = new ReadPath(config, runtime, metadata, storage, metrics.read());
                            return new ReadOnlyStore(
                                    new ReadableStore.Reading(
                                            runtime,
                                            metadata,
                                            storage,
                                            config,
                                            readPath,
                                            parts.callerAnswers(runtime.callbacks()),
                                            events),
                                    cleanup);
                        },
                        context);
    }

    private void onContextFailure(String name, Throwable thrown) {
        StreamException reason = Failures.asStreamException("context " + name + " of the store failed", thrown);
        events.failed(StoreState.Level.STOPPED, reason);
    }

    private CompletableFuture<StreamStore> opened(CompletableFuture<? extends StreamStore> opening) {
        CompletableFuture<StreamStore> opened = new CompletableFuture<>();
        context.onFailure(opening::completeExceptionally); // no effect once the store is open
        opening.whenCompleteAsync(
                (store, error) -> {
                    if (error == null) {
                        if (!opened.complete(store)) {
                            closeAbandoned(store);
                        }
                    } else {
                        closeAll(cleanup);
                        opened.completeExceptionally(Failures.asStreamException("store could not be opened", error));
                    }
                },
                runtime.callbacks());
        return opened;
    }

    /** Closes a store whose caller abandoned it. Otherwise it would hold the lock of its WAL until the process ends. */
    private void closeAbandoned(StreamStore store) {
        LOG.info("node {}: the caller abandoned the opening; closing the node again", options.nodeId());
        store.close(config.closeTimeout()).whenComplete((closed, error) -> {
            if (error != null) {
                LOG.warn("node {} could not be closed in order: {}", options.nodeId(), error.toString());
            }
        });
    }

    private CompletableFuture<MeteredObjectStorage> openStorage(StorageAccess access) {
        return access.ofStore(options).thenApply(storage -> {
            if (options.objectStorage() == null) {
                cleanup.push(storage::close);
            }
            return new MeteredObjectStorage(storage, metrics.storage());
        });
    }

    private MetadataRegister register(MeteredObjectStorage storage, RegisterUse use) {
        MetadataRegister register = Registers.open(options.register(), storage, runtime, use);
        cleanup.push(register::close);
        return register;
    }

    private CompletableFuture<MetadataClient> openMetadata(MeteredObjectStorage storage, MetadataRegister register) {
        return MetadataClients.open(
                        runtime,
                        storage,
                        register,
                        parts.metadataSettings(),
                        new MetadataRules(parts.stateMachine(), parts.commandIntake(), parts.chainRule()),
                        metrics.metadata(),
                        events)
                .thenApplyAsync(
                        metadata -> {
                            cleanup.push(metadata::close);
                            return metadata;
                        },
                        context);
    }

    private CompletableFuture<StreamStore> openNode(MeteredObjectStorage storage, MetadataClient metadata) {
        URI walUri = options.walUri();
        if (walUri == null) {
            throw new InvalidRequestException("wal is not set");
        }
        ObjectGrouping grouping = new ObjectGrouping(parts.runFilter(), config.streamObjectBytes());
        return new NodeOpener(
                        toolsOfNode(storage, metadata, grouping),
                        new NodeOpener.Wals(
                                parts.walProviders(),
                                MediumWatch.withoutDeadline(runtime, context, config.walTimeout(), events),
                                walContext(storage, metadata, options.nodeId()),
                                walUri,
                                options.walFallbackUri(),
                                options.storageUri()),
                        new UUID(runtime.randomLong(), runtime.randomLong()),
                        options.nodeTags(),
                        plan.recovery(config))
                .open()
                .thenApplyAsync(node -> assemble(storage, metadata, node, grouping), context);
    }

    private RecoveryTools toolsOfNode(MeteredObjectStorage storage, MetadataClient metadata, ObjectGrouping grouping) {
        return new RecoveryTools(
                runtime, context, metadata, parts.recoveryPlan(), slabs, grouping, epoch -> writerOf(storage, epoch));
    }

    private WalContext walContext(MeteredObjectStorage storage, MetadataClient metadata, int nodeId) {
        return new WalContext(
                runtime,
                storage,
                storages,
                allocator,
                metadata.view().storeId(),
                nodeId,
                MemoryPlan.wantedFrameBytes(config));
    }

    private List<URI> knownUris(URI walUri) {
        return Stream.of(walUri, options.walUri(), options.walFallbackUri(), options.storageUri())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private TakeOvers takeOvers(
            MeteredObjectStorage storage, MetadataClient metadata, ObjectGrouping grouping, WritePath writePath) {
        SerialContext ownContext = runtime.serialContext("takeOver");
        UploadOptions uploads = uploadOptions(MemoryPlan.uploadThreshold(config, Long.MAX_VALUE));
        return new TakeOvers(
                new TakeOvers.Collaborators(
                        node -> new RecoveryTools(
                                runtime,
                                ownContext,
                                metadata,
                                parts.recoveryPlan(),
                                slabs,
                                grouping,
                                epoch -> new ObjectWriter(
                                        runtime, storage, new KeysInFlight(node, epoch), uploads, uploadWatch())),
                        parts.walProviders(),
                        MediumWatch.withDeadline(runtime, ownContext, config.walTimeout(), events),
                        node -> walContext(storage, metadata, node),
                        () -> plan.takeOver(config, budget.used()),
                        () -> knownUris(writePath.walUri())),
                options.nodeId());
    }

    private ObjectWriter.Watch uploadWatch() {
        return new ObjectWriter.Watch(
                metrics.upload(), new OutageWatch("uploads (PUT of objects under data/)", runtime, events));
    }

    /** Returns the one writer of a node epoch, which assigns the keys of that epoch. */
    private ObjectWriter writerOf(MeteredObjectStorage storage, long nodeEpoch) {
        if (writer == null) {
            UploadOptions uploads = uploadOptions(MemoryPlan.uploadThreshold(config, Long.MAX_VALUE));
            KeysInFlight keys = new KeysInFlight(options.nodeId(), nodeEpoch);
            writer = new ObjectWriter(runtime, storage, keys, uploads, uploadWatch());
            cleanup.push(writer::close); // a failed opening must not continue to upload
        }
        return writer;
    }

    private StreamStore assemble(
            MeteredObjectStorage storage, MetadataClient metadata, OpenedNode node, ObjectGrouping grouping) {
        UploadOptions uploads = uploadOptions(
                MemoryPlan.uploadThreshold(config, node.wal().profile().capacityBytes()));
        WritePath writePath = new WritePath(
                new WritePath.Collaborators(
                        runtime, context, metadata, writerOf(storage, node.nodeEpoch()), grouping, metrics, events),
                new WriteSettings(config, plan, uploads, parts.writeRules()),
                new AppendMemory(budget, slabs),
                new WritePath.Node(options.nodeId(), node, options.walFallbackUri()));
        ReadPath readPath = new ReadPath(config, runtime, metadata, storage, metrics.read());
        metrics.memory().watchAll(() -> writePath.memoryUsed() + readPath.memoryUsed(), config.memoryBytes());
        metrics.memory().watchLeases(slabs::pinnedBytes, slabs.pinLimit());
        ObjectCollector collector = collectorOf(
                storage, metadata, writerOf(storage, node.nodeEpoch()).keys());
        cleanup.push(collector::close);
        collector.start();
        watchOthers(metadata, node.nodeEpoch());
        return new S3StreamStore(
                new ReadableStore.Reading(
                        runtime, metadata, storage, config, readPath, parts.callerAnswers(runtime.callbacks()), events),
                new S3StreamStore.Collaborators(
                        context,
                        compactor(storage, metadata, node, writePath, readPath),
                        collector,
                        takeOvers(storage, metadata, grouping, writePath),
                        new QuarantineRelease(
                                toolsOfNode(storage, metadata, grouping),
                                new Uploader.NodeIdentity(options.nodeId(), node.nodeEpoch())),
                        catalogOf(storage, metadata)),
                options.nodeId(),
                writePath,
                cleanup);
    }

    private CatalogKeeper catalogOf(MeteredObjectStorage storage, MetadataClient metadata) {
        CatalogKeeper catalog = new CatalogKeeper(runtime, storage, metadata.view());
        cleanup.push(catalog::close);
        catalog.start();
        return catalog;
    }

    private void watchOthers(MetadataClient metadata, long nodeEpoch) {
        if (!config.heartbeatInterval().isZero()) {
            Liveness liveness = new Liveness(
                    runtime,
                    metadata,
                    new Uploader.NodeIdentity(options.nodeId(), nodeEpoch),
                    config.heartbeatInterval(),
                    config.suspectAfter(),
                    events);
            cleanup.push(liveness::close);
            liveness.start();
        }
    }

    private Compactor compactor(
            MeteredObjectStorage storage,
            MetadataClient metadata,
            OpenedNode node,
            WritePath writePath,
            ReadPath readPath) {
        Compactor compactor = new Compactor(
                new CompactionTools(
                        runtime,
                        runtime.serialContext("compact"),
                        storage,
                        metadata,
                        new Uploader.NodeIdentity(options.nodeId(), node.nodeEpoch()),
                        writerOf(storage, node.nodeEpoch()).keys(),
                        parts.trimRule(),
                        parts.coverageProof(),
                        parts.compactionSettings(config),
                        metrics.compaction()),
                new Foreground(writePath::isPressed, readPath::hasReadsWaiting));
        if (config.compactionEnabled()) {
            compactor.start();
        }
        return compactor;
    }

    private ObjectCollector collectorOf(MeteredObjectStorage storage, MetadataClient metadata, KeysInFlight keys) {
        return new ObjectCollector(
                new ObjectCollector.Collaborators(runtime, metadata, storage, keys, metrics.collect()),
                CollectOptions.of(config.deletionGrace(), config.sweepInterval()),
                parts.collectRules(),
                parts.orphanRule());
    }

    private UploadOptions uploadOptions(long threshold) {
        return new UploadOptions(
                threshold,
                config.uploadInterval(),
                config.maxConcurrentUploads(),
                config.blockBytes(),
                config.streamObjectBytes());
    }

    static void closeAll(Deque<Runnable> cleanup) {
        List<Runnable> parts = List.copyOf(cleanup); // in reverse order of opening
        cleanup.clear();
        Shutdown.runAll(parts);
    }
}
