package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.spi.metadata.RegisterSource;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.ServiceProviders;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalInspection;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a store is opened with: collaborators here, values in {@link StoreConfig}. Not thread-safe. */
public final class StreamStoreBuilder {

    private @Nullable URI storageUri;
    private @Nullable URI walUri;
    private @Nullable URI walFallbackUri;
    private @Nullable ObjectStorage storage;
    private @Nullable RegisterSource register;
    private @Nullable Executor callbackExecutor;
    private @Nullable EngineRuntime runtime;
    private MetricsRecorder metrics = MetricsRecorder.none();
    private StoreListener listener = new StoreListener() {};
    private int nodeId;
    private StoreConfig config = StoreConfig.defaults();

    StreamStoreBuilder() {}

    /** {@code memory:}, {@code file:///dir} or {@code s3://bucket/prefix?region=…&endpoint=…&pathStyle=true}. */
    public StreamStoreBuilder storage(URI uri) {
        this.storageUri = StoreUri.storage("storage", uri);
        return this;
    }

    /** As {@link #storage(URI)}; a scheme alone stands for its root: {@code memory:} is {@code memory:/}. */
    public StreamStoreBuilder storage(String uri) {
        return storage(StoreUri.storage("storage", uri));
    }

    /** An object storage of the caller's, which stays the caller's to close. */
    public StreamStoreBuilder storage(ObjectStorage objectStorage) {
        this.storage = objectStorage;
        return this;
    }

    /**
     * Where the head of the metadata is. Default: the object {@code meta/head} of the storage. All nodes of a store need the
     * same; register and storage belong together for ever, and opening one with another is refused.
     */
    public StreamStoreBuilder register(RegisterSource source) {
        this.register = source;
        return this;
    }

    /** For example {@code postgresql://host/database?store=NAME}, with the module {@code register-postgresql}. */
    public StreamStoreBuilder register(URI uri) {
        return register(RegisterSource.of(StoreUri.register(uri)));
    }

    /** As {@link #register(URI)}. */
    public StreamStoreBuilder register(String uri) {
        return register(StoreUri.register(uri));
    }

    /** For example {@code block:///path/file?capacity=1GiB}. */
    public StreamStoreBuilder wal(URI uri) {
        this.walUri = StoreUri.wal("wal", uri);
        return this;
    }

    /** As {@link #wal(URI)}; a scheme alone stands for its root: {@code store:} is {@code store:/}. */
    public StreamStoreBuilder wal(String uri) {
        return wal(StoreUri.wal("wal", uri));
    }

    /**
     * Where to go on writing when the WAL fails, or does not answer for {@link StoreConfig#walTimeout()}. Attached, and so
     * checked, at open. The way back is {@link StreamStore#switchWal}. Default: none, and appends fail with the WAL.
     */
    public StreamStoreBuilder walFallback(URI uri) {
        this.walFallbackUri = StoreUri.wal("walFallback", uri);
        return this;
    }

    /** As {@link #walFallback(URI)}. */
    public StreamStoreBuilder walFallback(String uri) {
        return walFallback(StoreUri.wal("walFallback", uri));
    }

    /** Which node this is, 0 or greater; one process at a time may be a given node. Default 0. */
    public StreamStoreBuilder nodeId(int id) {
        if (id < 0) {
            throw new InvalidRequestException("nodeId=" + id + ": must be 0 or greater");
        }
        this.nodeId = id;
        return this;
    }

    public StreamStoreBuilder config(StoreConfig storeConfig) {
        this.config = storeConfig;
        return this;
    }

    /**
     * Where futures complete and the listener is told; default: one thread of the store's own for each of the two. May run
     * tasks on the calling thread, block or refuse tasks: a thread of the store hands them over that does nothing else, and
     * those that are refused run on another one.
     */
    public StreamStoreBuilder callbackExecutor(Executor executor) {
        this.callbackExecutor = executor;
        return this;
    }

    /** Where the store's metrics go; stays the caller's. Default: nowhere, at no cost. */
    public StreamStoreBuilder metrics(MetricsRecorder recorder) {
        this.metrics = recorder;
        return this;
    }

    /** Hears what happens to the store and around it. Default: nobody. */
    public StreamStoreBuilder listener(StoreListener storeListener) {
        this.listener = storeListener;
        return this;
    }

    /** Clock, threads and randomness of the engine; for simulations. */
    public StreamStoreBuilder runtime(EngineRuntime engineRuntime) {
        this.runtime = engineRuntime;
        return this;
    }

    @Nullable
    public URI storageUri() {
        return storageUri;
    }

    @Nullable
    public URI walUri() {
        return walUri;
    }

    @Nullable
    public URI walFallbackUri() {
        return walFallbackUri;
    }

    @Nullable
    public ObjectStorage objectStorage() {
        return storage;
    }

    @Nullable
    public RegisterSource register() {
        return register;
    }

    @Nullable
    public Executor callbackExecutor() {
        return callbackExecutor;
    }

    @Nullable
    public EngineRuntime runtime() {
        return runtime;
    }

    public MetricsRecorder metrics() {
        return metrics;
    }

    public StoreListener listener() {
        return listener;
    }

    public int nodeId() {
        return nodeId;
    }

    public StoreConfig config() {
        return config;
    }

    /** Registers the node, recovers its WAL and is ready; waits for all of it. */
    public StreamStore open() {
        return joined(openAsync());
    }

    /** As {@link #open()}, without waiting. */
    public CompletableFuture<StreamStore> openAsync() {
        requireStorage();
        if (walUri == null) {
            throw new InvalidRequestException("wal is not set: give wal(\"block:///path/file\")");
        }
        return provider().open(this);
    }

    /**
     * Opens a store to read it: no node is registered, no WAL is used and nothing is written, so that access to the bucket
     * for reading is enough. Streams are opened with {@link OpenOptions#reader()}, and show what their owners have uploaded.
     * Whatever would change the store throws {@link InvalidRequestException}. Waits.
     */
    public StreamStore openReadOnly() {
        return joined(openReadOnlyAsync());
    }

    /** As {@link #openReadOnly()}, without waiting; fails with {@link InvalidRequestException} when there is no store. */
    public CompletableFuture<StreamStore> openReadOnlyAsync() {
        requireStorage();
        return provider().openReadOnly(this);
    }

    /**
     * Looks at what is on the WAL without opening the store: nothing is locked, fenced or changed, and the WAL may be in
     * use. Needs {@code wal}, {@code nodeId} where nodes share a medium, and {@code storage} if the WAL is kept there.
     *
     * @return fails with {@link io.s3stream.api.errors.StorageException} when the WAL cannot be reached
     */
    public CompletableFuture<WalInspection> inspectWal() {
        if (walUri == null) {
            throw new InvalidRequestException("wal is not set: which one is to be inspected?");
        }
        return provider().inspectWal(this);
    }

    /**
     * Checks the store without opening it: metadata, objects, indexes and, if asked for, every record. Needs {@code storage},
     * and {@code register} if the store has one; the store may be in use.
     *
     * @return completes with what was found, also when the metadata is damaged; fails with {@link
     *     io.s3stream.api.errors.StorageException} when the storage cannot be reached, with {@link
     *     InvalidRequestException} when there is no store
     */
    public CompletableFuture<VerifyReport> verify(VerifyOptions options) {
        requireStorage();
        return provider().verify(this, options);
    }

    /**
     * Rebuilds metadata from the objects alone, which is for when the metadata is lost. Needs {@code storage} only, and
     * {@code register} if metadata is to be written to this very store and its head into a register. Nobody may write to the
     * store meanwhile.
     *
     * @return fails with {@link io.s3stream.api.errors.ConflictException} if there is a store already where the new one is
     *     to be, with {@link io.s3stream.api.tools.RebuildRefusedException} if something is unreadable, missing or doubtful
     *     and that loss was not accepted
     */
    public CompletableFuture<RebuildReport> rebuild(RebuildOptions options) {
        requireStorage();
        return provider().rebuild(this, options);
    }

    /**
     * Says where the record with an offset is. Needs {@code storage}, and {@code register} if the store has one; the store may
     * be in use.
     *
     * @param stream the name of a stream, or its id if none has that name
     * @return fails with {@link io.s3stream.api.errors.StreamNotFoundException}
     */
    public CompletableFuture<RecordLocation> locate(String stream, long offset) {
        requireStorage();
        return provider().locate(this, stream, offset);
    }

    private static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void requireStorage() {
        if (storageUri == null && storage == null) {
            throw new InvalidRequestException(
                    "storage is not set: give storage(\"file:///dir\") or storage(\"s3://…\")");
        }
    }

    private static StreamStoreProvider provider() {
        return ServiceProviders.of(StreamStoreProvider.class, StreamStoreBuilder.class).stream()
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException(
                        "no store implementation on the class path: add the dependency io.s3stream:s3stream-core"));
    }
}
