package io.s3stream.core;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.NodeInfo;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamInfo;
import io.s3stream.api.StreamStore;
import io.s3stream.api.TakeOverReport;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.read.ReadPath;
import io.s3stream.core.storage.MeteredObjectStorage;
import io.s3stream.core.storage.StorageCounters;
import io.s3stream.spi.runtime.EngineRuntime;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A store that is only read: no node, no WAL, and nothing written anywhere. Serves what is in objects, and follows it. */
final class ReadOnlyStore implements StreamStore, ReaderServices {

    private final EngineRuntime runtime;
    private final MetadataClient metadata;
    private final MeteredObjectStorage storage;
    private final StoreConfig config;
    private final ReadPath readPath;
    private final CommitWatch commits;
    private final PendingAnswers answers;
    private final Deque<Runnable> cleanup;
    private final OpenStreams streams = new OpenStreams();
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();

    ReadOnlyStore(
            EngineRuntime runtime,
            MetadataClient metadata,
            MeteredObjectStorage storage,
            StoreConfig config,
            ReadPath readPath,
            Deque<Runnable> cleanup) {
        this.runtime = runtime;
        this.metadata = metadata;
        this.storage = storage;
        this.config = config;
        this.readPath = readPath;
        this.commits = new CommitWatch(runtime, this::refresh);
        this.answers = new PendingAnswers(runtime.callbacks());
        this.cleanup = cleanup;
    }

    @Override
    public CompletableFuture<Stream> openStream(long id, OpenOptions options) {
        if (!options.readOnly()) {
            throw readOnly("opening a stream as its owner");
        }
        return onCallbacks(refresh().thenApply(view -> streams.reader(OpenStreams.require(view, id), this)));
    }

    @Override
    public CompletableFuture<Optional<StreamInfo>> findStream(String name) {
        return onCallbacks(refresh().thenApply(view -> StreamInfos.find(view, name)));
    }

    @Override
    public CompletableFuture<Optional<StreamInfo>> describeStream(long id) {
        return onCallbacks(refresh().thenApply(view -> StreamInfos.describe(view, id)));
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams(String prefix) {
        return onCallbacks(refresh().thenApply(view -> StreamInfos.list(view, prefix)));
    }

    @Override
    public CompletableFuture<List<NodeInfo>> listNodes() {
        return onCallbacks(refresh().thenApply(StreamInfos::nodesOf));
    }

    @Override
    public StoreStats stats() {
        StorageCounters counters = storage.counters();
        return new StoreStats(
                readPath.memoryUsed(), config.memoryBytes(), 0, 0, 0, counters.reads(), counters.writes(), 0, 0);
    }

    @Override
    public CompletableFuture<Void> close(Duration timeout) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> earlier = closing.compareAndExchange(null, mine);
        if (earlier != null) {
            return earlier;
        }
        StoreClosedException reason = closedStore();
        streams.closed(reason);
        answers.end(reason);
        readPath.close();
        StoreOpener.closeAll(cleanup);
        mine.complete(null);
        return mine;
    }

    @Override
    public void close() {
        close(config.closeTimeout()).join();
    }

    @Override
    public EngineRuntime runtime() {
        return runtime;
    }

    @Override
    public ReadPath readPath() {
        return readPath;
    }

    @Override
    public CommitWatch commits() {
        return commits;
    }

    @Override
    public MetadataView view() {
        return metadata.view();
    }

    @Override
    public CompletableFuture<MetadataView> refresh() {
        if (closing.get() != null) {
            throw closedStore();
        }
        return metadata.refresh();
    }

    @Override
    public <T> CompletableFuture<T> onCallbacks(CompletableFuture<T> future) {
        return answers.of(future);
    }

    @Override
    public void forget(CommittedReader reader) {
        streams.forget(reader);
    }

    @Override
    public CompletableFuture<Long> createStream(CreateOptions options) {
        throw readOnly("createStream");
    }

    @Override
    public CompletableFuture<Void> deleteStream(long id) {
        throw readOnly("deleteStream");
    }

    @Override
    public List<AppendResult> appendAll(List<StreamAppend> appends) {
        throw readOnly("appendAll");
    }

    @Override
    public CompletableFuture<Void> flush() {
        throw readOnly("flush");
    }

    @Override
    public URI wal() {
        throw readOnly("wal");
    }

    @Override
    public CompletableFuture<Void> switchWal(URI uri) {
        throw readOnly("switchWal");
    }

    @Override
    public CompletableFuture<TakeOverReport> takeOver(int nodeId, List<URI> walUris) {
        throw readOnly("takeOver");
    }

    private static InvalidRequestException readOnly(String call) {
        return new InvalidRequestException("the store was opened with openReadOnly(): " + call + " needs open()");
    }

    private static StoreClosedException closedStore() {
        return new StoreClosedException("the store is closed");
    }
}
