package io.s3stream.core;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.NodeInfo;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamInfo;
import io.s3stream.api.StreamStore;
import io.s3stream.api.TakeOverReport;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.StreamTail;
import io.s3stream.core.collect.ObjectCollector;
import io.s3stream.core.compact.Compactor;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.read.ReadPath;
import io.s3stream.core.storage.MeteredObjectStorage;
import io.s3stream.core.storage.StorageCounters;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open store: which streams are open here, and what happens to them when it ends. */
final class S3StreamStore implements StreamStore, StreamServices {

    private static final Logger LOG = LoggerFactory.getLogger(S3StreamStore.class);

    /** What a store is made of. */
    record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            MetadataClient metadata,
            MeteredObjectStorage storage,
            Compactor compactor,
            ObjectCollector collector,
            TakeOvers takeOvers,
            StoreEvents events) {}

    private final Collaborators with;
    private final StoreConfig config;
    private final int nodeId;
    private final WritePath writePath;
    private final ReadPath readPath;
    private final Deque<Runnable> cleanup;
    private final OpenStreams streams = new OpenStreams();
    private final CommitWatch commits;
    private final PendingAnswers answers;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();
    private boolean toldFenced; // append context

    S3StreamStore(
            Collaborators with,
            StoreConfig config,
            int nodeId,
            WritePath writePath,
            ReadPath readPath,
            Deque<Runnable> cleanup) {
        this.with = with;
        this.config = config;
        this.nodeId = nodeId;
        this.writePath = writePath;
        this.readPath = readPath;
        this.cleanup = cleanup;
        this.commits = new CommitWatch(with.runtime(), this::refresh);
        this.answers = new PendingAnswers(with.runtime().callbacks());
        writePath.onFailure(this::fail);
        with.metadata().stopped().thenAcceptAsync(this::onMetadataStopped, with.context());
    }

    @Override
    public CompletableFuture<Long> createStream(CreateOptions options) {
        return submit(epoch -> new Command.CreateStream(nodeId, epoch, options.name(), options.tags()))
                .thenApply(CommandResult.Accepted::value);
    }

    @Override
    public CompletableFuture<Stream> openStream(long id, OpenOptions options) {
        if (options.readOnly()) {
            return onCallbacks(refresh().thenApply(view -> streams.reader(OpenStreams.require(view, id), this)));
        }
        if (options.epoch() < 0) {
            throw new InvalidRequestException("epoch=" + options.epoch() + ": must not be negative");
        }
        return submit(epoch -> new Command.OpenStream(nodeId, epoch, id, options.epoch()))
                .thenApply(accepted -> streams.owner(OpenStreams.require(view(), id), accepted.value(), this));
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
    public CompletableFuture<Void> deleteStream(long id) {
        return submit(epoch -> new Command.DeleteStream(nodeId, epoch, id)).thenAccept(accepted -> streams.deleted(id));
    }

    @Override
    public List<AppendResult> appendAll(List<StreamAppend> appends) {
        List<StreamTail> tails = new ArrayList<>(appends.size());
        List<RecordBatch> batches = new ArrayList<>(appends.size());
        for (StreamAppend append : appends) {
            if (!(append.stream() instanceof OwnedStream owned) || !streams.isOpen(owned)) {
                throw new InvalidRequestException("stream=" + append.stream().id()
                        + ": appendAll takes streams that this store has open as owner");
            }
            tails.add(owned.tail());
            batches.add(append.batch());
        }
        return writePath.gate().tryAppendAll(tails, batches);
    }

    @Override
    public CompletableFuture<Void> flush() {
        return onCallbacks(writePath.flush());
    }

    @Override
    public URI wal() {
        return writePath.walUri();
    }

    @Override
    public CompletableFuture<Void> switchWal(URI uri) {
        checkOpen();
        return onCallbacks(writePath.switchWal(uri));
    }

    @Override
    public CompletableFuture<TakeOverReport> takeOver(int node, List<URI> walUris) {
        checkOpen();
        return onCallbacks(with.takeOvers().takeOver(node, walUris));
    }

    @Override
    public CompletableFuture<List<NodeInfo>> listNodes() {
        return onCallbacks(refresh().thenApply(StreamInfos::nodesOf));
    }

    @Override
    public StoreStats stats() {
        StorageCounters counters = with.storage().counters();
        return new StoreStats(
                writePath.memoryUsed() + readPath.memoryUsed(),
                config.memoryBytes(),
                writePath.walUsedBytes(),
                writePath.ackedBytes(),
                writePath.uploadedBytes(),
                counters.reads(),
                counters.writes(),
                writePath.ackedFrames(),
                writePath.atRiskBytes());
    }

    @Override
    public CompletableFuture<Void> close(Duration timeout) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> earlier = closing.compareAndExchange(null, mine);
        if (earlier != null) {
            return earlier;
        }
        with.collector().close();
        StoreClosedException reason = closedStore();
        CompletableFuture<Void> uncompacting = with.compactor().close();
        CompletableFuture<Void> takingOver = with.takeOvers().close();
        List<OwnedStream> open = streams.refuse(reason);
        CompletableFuture<Void> orderly = CompletableFuture.allOf(open.stream()
                        .map(stream ->
                                stream.tail().whenDurable(stream.nextOffset()).handle((durable, failed) -> null))
                        .toArray(CompletableFuture[]::new))
                .thenCompose(durable -> writePath.finish(() -> closeCommands(open)));
        CompletableFuture<Void> inTime = new CompletableFuture<>();
        var timer = with.runtime().schedule(timeout, with.context(), () -> {
            LOG.warn("close took longer than {}: what is not uploaded stays in the WAL for the next open", timeout);
            inTime.complete(null);
        });
        orderly.whenComplete((done, error) -> {
            timer.cancel();
            if (error != null) {
                LOG.warn(
                        "close could not upload everything, it stays in the WAL for the next open: {}",
                        error.toString());
            }
            inTime.complete(null);
        });
        inTime.thenCompose(nothing -> {
                    open.forEach(stream -> stream.endUse(reason));
                    return writePath.stop(reason);
                })
                .handle((stopped, error) -> CompletableFuture.allOf(uncompacting, takingOver)
                        .thenCompose(ended -> error == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : CompletableFuture.<Void>failedFuture(error)))
                .thenCompose(stopped -> stopped)
                // Not on the callback executor, which waits itself when a callback closes the store.
                .whenCompleteAsync((stopped, error) -> shutDown(reason, mine, error), with.context());
        return mine;
    }

    @Override
    public void close() {
        try {
            close(config.closeTimeout()).join();
        } catch (CompletionException e) {
            throw Failures.asStreamException("close failed", e);
        }
    }

    @Override
    public EngineRuntime runtime() {
        return with.runtime();
    }

    @Override
    public WritePath writePath() {
        return writePath;
    }

    @Override
    public ReadPath readPath() {
        return readPath;
    }

    @Override
    public int nodeId() {
        return nodeId;
    }

    @Override
    public Duration appendTimeout() {
        return config.appendTimeout();
    }

    @Override
    public MetadataView view() {
        return with.metadata().view();
    }

    @Override
    public CompletableFuture<MetadataView> refresh() {
        checkOpen();
        return with.metadata().refresh();
    }

    @Override
    public CommitWatch commits() {
        return commits;
    }

    @Override
    public CompletableFuture<CommandResult.Accepted> submit(LongFunction<Command> command) {
        checkOpen();
        return onCallbacks(with.metadata().submit(command.apply(writePath.nodeEpoch())));
    }

    @Override
    public <T> CompletableFuture<T> onCallbacks(CompletableFuture<T> future) {
        return answers.of(future);
    }

    @Override
    public void forget(OwnedStream stream) {
        streams.forget(stream);
    }

    @Override
    public void forget(CommittedReader reader) {
        streams.forget(reader);
    }

    private List<Command> closeCommands(List<OwnedStream> open) {
        return open.stream()
                .<Command>map(stream -> new Command.CloseStream(
                        nodeId,
                        writePath.nodeEpoch(),
                        stream.id(),
                        stream.epoch(),
                        stream.confirmOffset(),
                        Optional.empty()))
                .toList();
    }

    private void shutDown(StoreClosedException reason, CompletableFuture<Void> done, @Nullable Throwable error) {
        streams.closed(reason);
        writePath.closed(reason);
        with.takeOvers().closed(reason);
        answers.end(reason);
        readPath.close();
        StoreOpener.closeAll(cleanup);
        if (error == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(Failures.unwrap(error));
        }
    }

    private void onMetadataStopped(Throwable reason) {
        if (closing.get() == null) {
            writePath.stopAppends(Failures.asStreamException("metadata client stopped", reason));
        }
    }

    private void fail(StreamException reason) {
        LOG.error("node {} takes no more appends: {}", nodeId, reason.getMessage());
        streams.fail(reason);
        // The WAL, the uploads and the metadata may each find it out.
        if (reason.kind() == StreamException.Kind.FENCED && !toldFenced) {
            toldFenced = true;
            with.events().tell(listener -> listener.fenced(reason));
        }
        writePath.endWaiting();
    }

    private void checkOpen() {
        if (closing.get() != null) {
            throw closedStore();
        }
    }

    private static StoreClosedException closedStore() {
        return new StoreClosedException("the store is closed");
    }
}
