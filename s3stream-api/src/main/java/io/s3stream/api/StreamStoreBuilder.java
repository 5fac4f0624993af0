package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.StoreUri;
import io.s3stream.api.tools.RebuildOptions;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RecordLocation;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.spi.metadata.RegisterSource;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectStorageProvider;
import io.s3stream.spi.wal.WalInspection;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Collects the collaborators of a store; the values are in {@link StoreConfig}. Not thread-safe. */
public final class StreamStoreBuilder {

    private @Nullable URI storageUri;
    private @Nullable URI walUri;
    private @Nullable URI walFallbackUri;
    private @Nullable ObjectStorage storage;
    private @Nullable ObjectStorageProvider storageProvider;
    private @Nullable UnaryOperator<ObjectStorage> storageWrapper;
    private @Nullable RegisterSource register;
    private @Nullable Executor callbackExecutor;
    private boolean inlineCallbacks;
    private @Nullable EngineRuntime runtime;
    private MetricsRecorder metrics = MetricsRecorder.none();
    private StoreListener listener = new StoreListener() {};
    private int nodeId;
    private Map<String, String> nodeTags = Map.of();
    private StoreConfig config = StoreConfig.defaults();

    StreamStoreBuilder() {}

    /**
     * Sets the storage: {@code memory:}, {@code file:///dir} or {@code
     * s3://bucket/prefix?region=…&endpoint=…&pathStyle=true}.
     */
    public StreamStoreBuilder storage(URI uri) {
        this.storageUri = StoreUri.storage("storage", uri);
        return this;
    }

    /** As {@link #storage(URI)}; a URI without a path stands for the root: {@code memory:} is {@code memory:/}. */
    public StreamStoreBuilder storage(String uri) {
        return storage(StoreUri.storage("storage", uri));
    }

    /** Sets an object storage of the caller, which the caller closes. */
    public StreamStoreBuilder storage(ObjectStorage objectStorage) {
        this.storage = objectStorage;
        return this;
    }

    /**
     * Sets the provider that opens storages of its schemes, in place of that of {@link java.util.ServiceLoader}: the
     * storage of this store, of an S3 WAL, and of the target of a rebuild. A host passes options to S3 with {@code new
     * S3StorageProvider(S3Options)} of the module {@code storage-s3}. Default: none.
     */
    public StreamStoreBuilder storageProvider(ObjectStorageProvider provider) {
        this.storageProvider = provider;
        return this;
    }

    /**
     * Wraps the storage that the store opens by its URI, to count, delay or refuse requests. The wrapper keeps the
     * contract of {@link ObjectStorage}. The store calls the function once, on a thread of its own, and closes the
     * wrapper, which closes the wrapped storage. An exception of the function fails the open. Default: none. The open
     * also fails with a {@linkplain #storage(ObjectStorage) storage of the caller}, which the caller wraps itself.
     */
    public StreamStoreBuilder wrapStorage(UnaryOperator<ObjectStorage> wrapper) {
        this.storageWrapper = wrapper;
        return this;
    }

    /**
     * Sets the register of the metadata's head. Default: the object {@code meta/head} of the storage. All nodes of a
     * store use the same register. Register and storage belong together permanently; an open with another pair is
     * refused.
     */
    public StreamStoreBuilder register(RegisterSource source) {
        this.register = source;
        return this;
    }

    /**
     * Sets the register, for example {@code postgresql://host/database?store=NAME}, with the module {@code
     * register-postgresql}.
     */
    public StreamStoreBuilder register(URI uri) {
        return register(RegisterSource.of(StoreUri.register(uri)));
    }

    /** As {@link #register(URI)}. */
    public StreamStoreBuilder register(String uri) {
        return register(StoreUri.register(uri));
    }

    /** Sets the WAL, for example {@code block:///path/file?capacity=1GiB}. */
    public StreamStoreBuilder wal(URI uri) {
        this.walUri = StoreUri.wal("wal", uri);
        return this;
    }

    /**
     * As {@link #wal(URI)}; a URI without a path stands for the root: {@code store:?linger=1ms} is {@code
     * store:/?linger=1ms}.
     */
    public StreamStoreBuilder wal(String uri) {
        return wal(StoreUri.wal("wal", uri));
    }

    /**
     * Sets the WAL for the time after the first WAL fails, or does not answer for {@link StoreConfig#walTimeout()}. The
     * store attaches, and so checks, it at open. {@link StreamStore#switchWal} switches back. Default: none, and
     * appends fail with the WAL.
     */
    public StreamStoreBuilder walFallback(URI uri) {
        this.walFallbackUri = StoreUri.wal("walFallback", uri);
        return this;
    }

    /** As {@link #walFallback(URI)}. */
    public StreamStoreBuilder walFallback(String uri) {
        return walFallback(StoreUri.wal("walFallback", uri));
    }

    /** Sets the id of the node, 0 or greater; one process at a time may be a given node. Default 0. */
    public StreamStoreBuilder nodeId(int id) {
        if (id < 0) {
            throw new InvalidRequestException("nodeId=" + id + ": must be 0 or greater");
        }
        this.nodeId = id;
        return this;
    }

    /**
     * Sets facts about this process that other nodes read with {@link StreamStore#listNodes}, such as its address. They
     * are set in the commit that registers the node. {@link StreamStore#setNodeTags} replaces them later. Default: none.
     *
     * @param tags within the limits of {@link CreateOptions}; otherwise the open fails with {@link InvalidRequestException}
     */
    public StreamStoreBuilder nodeTags(Map<String, String> tags) {
        this.nodeTags = Map.copyOf(tags);
        return this;
    }

    public StreamStoreBuilder config(StoreConfig storeConfig) {
        this.config = storeConfig;
        return this;
    }

    /**
     * Sets the executor that completes futures and calls the listener; default: one thread of the store for each of the
     * two. The executor may run tasks on the calling thread, block or refuse tasks: a separate thread of the store
     * hands them over, and refused tasks run on another thread of the store.
     */
    public StreamStoreBuilder callbackExecutor(Executor executor) {
        this.callbackExecutor = executor;
        return this;
    }

    /**
     * Lets the thread that has written an append complete its future, which saves a hand-over to another thread; default:
     * false. It applies to the futures of appends and of waits for appended data, when the WAL writes on threads of the
     * store, as the block and NFS WALs do. Other futures complete on a thread for callbacks.
     *
     * <p>At most one such thread runs callbacks. During that time other callbacks run on the thread for callbacks. The WAL
     * has a spare thread. So a callback may block, and may close the store. It should be brief, because callbacks wait for
     * each other. It must not let other code interrupt its thread later: an interrupt ends the thread's next write, and with
     * it the WAL. With a {@link #callbackExecutor} the open fails.
     */
    public StreamStoreBuilder inlineCallbacks(boolean enabled) {
        this.inlineCallbacks = enabled;
        return this;
    }

    /** Sets the recorder of the store's metrics, which stays the caller's. Default: none, at no cost. */
    public StreamStoreBuilder metrics(MetricsRecorder recorder) {
        this.metrics = recorder;
        return this;
    }

    /** Sets the receiver of the store's events. Default: none. */
    public StreamStoreBuilder listener(StoreListener storeListener) {
        this.listener = storeListener;
        return this;
    }

    /** Sets clock, threads and randomness of the engine; for simulations. */
    public StreamStoreBuilder runtime(EngineRuntime engineRuntime) {
        this.runtime = engineRuntime;
        return this;
    }

    public @Nullable URI storageUri() {
        return storageUri;
    }

    public @Nullable URI walUri() {
        return walUri;
    }

    public @Nullable URI walFallbackUri() {
        return walFallbackUri;
    }

    public @Nullable ObjectStorage objectStorage() {
        return storage;
    }

    public @Nullable ObjectStorageProvider storageProvider() {
        return storageProvider;
    }

    public @Nullable UnaryOperator<ObjectStorage> storageWrapper() {
        return storageWrapper;
    }

    public @Nullable RegisterSource register() {
        return register;
    }

    public @Nullable Executor callbackExecutor() {
        return callbackExecutor;
    }

    public boolean inlineCallbacks() {
        return inlineCallbacks;
    }

    public @Nullable EngineRuntime runtime() {
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

    public Map<String, String> nodeTags() {
        return nodeTags;
    }

    public StoreConfig config() {
        return config;
    }

    /**
     * Registers the node and recovers its WAL. Blocks the calling thread until the store is ready. That takes as long
     * as the recovery does, without a limit if a WAL does not answer.
     */
    public StreamStore open() {
        return StoreCalls.joined(openAsync());
    }

    /** As {@link #open()}, without blocking. Fails with {@link InvalidRequestException} for a missing option. */
    public CompletableFuture<StreamStore> openAsync() {
        return StoreCalls.call(() -> {
            requireStorage();
            if (walUri == null) {
                throw new InvalidRequestException("wal is not set: give wal(\"block:///path/file\")");
            }
            if (inlineCallbacks && callbackExecutor != null) {
                throw new InvalidRequestException("inlineCallbacks=true and a callbackExecutor: set one of the two");
            }
            return StoreCalls.provider().open(this);
        });
    }

    /**
     * Opens a store to read it. The store registers no node, uses no WAL and writes no object, so that permission to
     * read the bucket is enough. {@link StreamStore#openReader} opens streams; they show the data that their owners
     * have uploaded. Each call that would change the store fails with {@link InvalidRequestException}. Blocks the
     * calling thread until the metadata are read, at most about a minute.
     */
    public StreamStore openReadOnly() {
        return StoreCalls.joined(openReadOnlyAsync());
    }

    /**
     * As {@link #openReadOnly()}, without blocking; fails with {@link InvalidRequestException} if there is no store.
     */
    public CompletableFuture<StreamStore> openReadOnlyAsync() {
        return StoreCalls.call(() -> {
            requireStorage();
            return StoreCalls.provider().openReadOnly(this);
        });
    }

    /**
     * Inspects the WAL without opening the store. The call neither locks, fences nor changes the WAL, which may be in
     * use. Needs {@code wal}, {@code nodeId} where nodes share a medium, and {@code storage} if the WAL is kept there.
     *
     * @return fails with {@link io.s3stream.api.errors.StorageException} if the WAL cannot be reached
     */
    public CompletableFuture<WalInspection> inspectWal() {
        return StoreCalls.call(() -> {
            if (walUri == null) {
                throw new InvalidRequestException(
                        "wal is not set: name the WAL to inspect with wal(\"block:///path/file\")");
            }
            return StoreCalls.provider().inspectWal(this);
        });
    }

    /**
     * Checks the store without opening it: metadata, objects, indexes and, if asked for, every record. Needs {@code
     * storage}, and {@code register} if the store has one; the store may be in use.
     *
     * @return completes with the findings, also if the metadata are damaged; fails with {@link
     *     io.s3stream.api.errors.StorageException} if the storage cannot be reached, with {@link
     *     InvalidRequestException} if there is no store
     */
    public CompletableFuture<VerifyReport> verify(VerifyOptions options) {
        return StoreCalls.call(() -> {
            requireStorage();
            requireGiven(options, "options");
            return StoreCalls.provider().verify(this, options);
        });
    }

    /**
     * Rebuilds lost metadata from the objects alone. Needs {@code storage} only, and {@code register} if it writes
     * metadata to this store and its head into a register. No node may write to the store during the rebuild.
     *
     * @return fails with {@link io.s3stream.api.errors.ConflictException} if there is a store already at the place of
     *     the new one, with {@link io.s3stream.api.tools.RebuildRefusedException} if data is unreadable, missing or
     *     doubtful and that loss was not accepted
     */
    public CompletableFuture<RebuildReport> rebuild(RebuildOptions options) {
        return StoreCalls.call(() -> {
            requireStorage();
            requireGiven(options, "options");
            return StoreCalls.provider().rebuild(this, options);
        });
    }

    /**
     * Finds the record with an offset. Needs {@code storage}, and {@code register} if the store has one; the store may
     * be in use.
     *
     * @param stream the name of a stream, or its id if none has that name
     * @return fails with {@link io.s3stream.api.errors.StreamNotFoundException}
     */
    public CompletableFuture<RecordLocation> locate(String stream, long offset) {
        return StoreCalls.call(() -> {
            requireStorage();
            requireGiven(stream, "stream");
            return StoreCalls.provider().locate(this, stream, offset);
        });
    }

    private static void requireGiven(@Nullable Object value, String argument) {
        if (value == null) {
            throw new InvalidRequestException(argument + "=null: must not be null");
        }
    }

    private void requireStorage() {
        if (storageUri == null && storage == null) {
            throw new InvalidRequestException(
                    "storage is not set: give storage(\"file:///dir\") or storage(\"s3://…\")");
        }
        if (storage != null && storageWrapper != null) {
            throw new InvalidRequestException("wrapStorage and a storage of the caller: wrap that storage itself");
        }
    }
}
