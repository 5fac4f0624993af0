package io.s3stream.core;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.StreamStoreProvider;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.core.metadata.log.MetadataReader;
import io.s3stream.core.rebuild.StoreRebuilder;
import io.s3stream.core.rebuild.Target;
import io.s3stream.core.register.RegisterUse;
import io.s3stream.core.verify.BlockReads;
import io.s3stream.core.verify.ObjectIndexes;
import io.s3stream.core.verify.PatientStorage;
import io.s3stream.core.verify.RecordLocator;
import io.s3stream.core.verify.StoreVerifier;
import io.s3stream.core.wal.WalInspector;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.metadata.RegisterSource;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalInspection;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Lets {@link StreamStore#builder()} find this engine. */
public final class CoreStoreProvider implements StreamStoreProvider {

    private final EngineParts parts;

    /** Creates the engine with its own parts. */
    public CoreStoreProvider() {
        this(new EngineParts());
    }

    /** Creates the engine with some parts replaced. */
    public CoreStoreProvider(EngineParts parts) {
        this.parts = parts;
    }

    @Override
    public CompletableFuture<WalInspection> inspectWal(StreamStoreBuilder options) {
        URI wal = Objects.requireNonNull(options.walUri());
        return StoreTool.run(
                options,
                parts.allocator(options.config()),
                true,
                "WAL could not be inspected",
                tool -> new WalInspector(
                                parts.walProviders(), tool.runtime(), tool.storage(), tool.storages(), tool.allocator())
                        .inspect(wal, options.nodeId()));
    }

    @Override
    public CompletableFuture<VerifyReport> verify(StreamStoreBuilder store, VerifyOptions options) {
        return StoreTool.run(
                store,
                parts.allocator(store.config()),
                true,
                "store could not be verified",
                tool -> tool.withRegister(
                        store.register(),
                        tool.storage(),
                        RegisterUse.LOOK,
                        register -> new StoreVerifier(
                                        tool.runtime(),
                                        tool.storage(),
                                        register,
                                        parts.metadataSettings(),
                                        store.config().readThreads(),
                                        options)
                                .verify()));
    }

    @Override
    public CompletableFuture<RebuildReport> rebuild(StreamStoreBuilder store, RebuildOptions options) {
        return StoreTool.run(
                store,
                parts.allocator(store.config()),
                !isInPlace(store, options),
                "store could not be rebuilt",
                tool -> rebuild(tool, store, options));
    }

    /** Returns whether the new metadata go to the storage of the objects. Otherwise that storage is only read. */
    @SuppressWarnings("ReferenceEquality") // compares with this very storage
    private static boolean isInPlace(StreamStoreBuilder store, RebuildOptions options) {
        ObjectStorage given = options.intoStorage();
        return given != null
                ? given == store.objectStorage()
                : options.intoUri() != null && options.intoUri().equals(store.storageUri());
    }

    private CompletableFuture<RebuildReport> rebuild(StoreTool tool, StreamStoreBuilder store, RebuildOptions options) {
        ObjectStorage given = options.intoStorage();
        URI uri = options.intoUri();
        if (options.isDryRun()) {
            return rebuild(tool, store, options, (Target) null);
        }
        if (given != null && !isInPlace(store, options)) {
            return rebuild(tool, store, options, tool.storages().checked(given));
        }
        if (given != null || uri == null || uri.equals(store.storageUri())) {
            return rebuild(tool, store, options, tool.storage());
        }
        return tool.storages()
                .writable()
                .open(uri)
                .thenCompose(target ->
                        rebuild(tool, store, options, target).whenComplete((report, error) -> target.close()));
    }

    @SuppressWarnings("ReferenceEquality") // compares with the store's own storage
    private CompletableFuture<RebuildReport> rebuild(
            StoreTool tool, StreamStoreBuilder store, RebuildOptions options, ObjectStorage target) {
        RegisterSource named = options.intoRegister();
        RegisterSource source = named == null && target == tool.storage() ? store.register() : named;
        return tool.withRegister(
                source,
                target,
                RegisterUse.REBUILD,
                register -> rebuild(tool, store, options, new Target(target, register)));
    }

    private CompletableFuture<RebuildReport> rebuild(
            StoreTool tool, StreamStoreBuilder store, RebuildOptions options, @Nullable Target target) {
        return new StoreRebuilder(
                        tool.runtime(), tool.storage(), target, store.config().readThreads(), options, parts.lossRule())
                .rebuild();
    }

    @Override
    public CompletableFuture<RecordLocation> locate(StreamStoreBuilder store, String stream, long offset) {
        return StoreTool.run(
                store,
                parts.allocator(store.config()),
                true,
                "record could not be located",
                tool -> tool.withRegister(
                        store.register(),
                        tool.storage(),
                        RegisterUse.LOOK,
                        register -> locate(tool, register, stream, offset)));
    }

    private CompletableFuture<RecordLocation> locate(
            StoreTool tool, MetadataRegister register, String stream, long offset) {
        SerialContext context = tool.runtime().serialContext("locate");
        IoExecutor verifier = tool.runtime().ioExecutor("verify", 1);
        PatientStorage storage = new PatientStorage(tool.storage(), tool.runtime(), context);
        return MetadataReader.read(tool.runtime(), context, tool.storage(), register, parts.metadataSettings())
                .thenCompose(state -> new RecordLocator(
                                state.orElseThrow(
                                        () -> new InvalidRequestException("there is no store here: no meta/head")),
                                new ObjectIndexes(storage, verifier),
                                new BlockReads(storage, verifier, 1 << 20))
                        .locate(stream, offset))
                .whenComplete((location, error) -> verifier.close());
    }

    @Override
    public CompletableFuture<StreamStore> open(StreamStoreBuilder options) {
        return new StoreOpener(options, parts).open();
    }

    @Override
    public CompletableFuture<StreamStore> openReadOnly(StreamStoreBuilder options) {
        return new StoreOpener(options, parts).openReadOnly();
    }
}
