package io.s3stream.core;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.QuarantinedRecords;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.TakeOverReport;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.tools.KeptObject;
import io.s3stream.core.append.StreamTail;
import io.s3stream.core.catalog.CatalogKeeper;
import io.s3stream.core.collect.ObjectCollector;
import io.s3stream.core.compact.Compactor;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.core.recovery.QuarantineRelease;
import io.s3stream.core.storage.StorageCounters;
import io.s3stream.spi.runtime.SerialContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open store: creates, opens and deletes streams as a node, and brings them to an orderly end. */
final class S3StreamStore extends ReadableStore implements StreamServices {

    private static final Logger LOG = LoggerFactory.getLogger(S3StreamStore.class);
    private static final int RELEASED_TOGETHER = 1000;

    /** The parts of closing that have deadlines of their own. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);

    private static final Duration LONGEST_CLOSE = Duration.ofDays(365);

    /** What works beside the streams(). */
    record Collaborators(
            SerialContext context,
            Compactor compactor,
            ObjectCollector collector,
            TakeOvers takeOvers,
            QuarantineRelease quarantines,
            CatalogKeeper catalog,
            StoreEvents events) {}

    private final Collaborators with;
    private final int nodeId;
    private final WritePath writePath;
    private final Deque<Runnable> cleanup;
    private final OwnerOpenings openings;
    private final WaitingCalls waiting = new WaitingCalls();
    private boolean toldFenced; // append context

    S3StreamStore(Reading reading, Collaborators with, int nodeId, WritePath writePath, Deque<Runnable> cleanup) {
        super(reading);
        this.with = with;
        this.nodeId = nodeId;
        this.writePath = writePath;
        this.cleanup = cleanup;
        this.openings = new OwnerOpenings(reading.answers());
        writePath.onFailure(this::fail);
        metadata().stopped().thenAcceptAsync(this::onMetadataStopped, with.context());
    }

    @Override
    public CompletableFuture<Long> createStream(CreateOptions options) {
        return answers().of(beginCreating(options));
    }

    @Override
    CompletableFuture<Long> beginCreating(CreateOptions options) {
        StackRoom.require();
        return submit(epoch -> new Command.CreateStream(nodeId, epoch, options.name(), options.tags()))
                .thenApply(accepted -> {
                    with.catalog().changed();
                    return accepted.value();
                });
    }

    @Override
    public CompletableFuture<Stream> openStream(long id, OpenOptions options) {
        if (options.readOnly()) {
            return openReader(id);
        }
        if (options.epoch() < 0) {
            throw new InvalidRequestException("epoch=" + options.epoch() + ": must not be negative");
        }
        checkOpen();
        return openings.open(
                id,
                options.epoch(),
                () -> submit(epoch -> new Command.OpenStream(nodeId, epoch, id, options.epoch()))
                        .thenApply(
                                accepted -> streams().owner(OpenStreams.require(view(), id), accepted.value(), this)));
    }

    @Override
    public CompletableFuture<Void> updateTags(long id, Map<String, String> expected, Map<String, String> tags) {
        StackRoom.require();
        requireTags(expected, "expected");
        requireTags(tags, "tags");
        return answers()
                .of(submit(epoch -> new Command.UpdateTags(nodeId, epoch, id, expected, tags))
                        .thenAccept(accepted -> with.catalog().changed()));
    }

    private static void requireTags(Map<String, String> tags, String argument) {
        if (tags == null) {
            throw new InvalidRequestException(argument + "=null: must not be null; no tags are an empty map");
        }
    }

    @Override
    public CompletableFuture<Void> seal(long id) {
        StackRoom.require();
        checkOpen();
        OwnedStream open = streams().owned(id);
        CompletableFuture<?> sealed =
                open == null ? submit(epoch -> new Command.SealStream(nodeId, epoch, id, 0, 0)) : open.seal();
        return answers().of(sealed.thenAccept(done -> with.catalog().changed()));
    }

    @Override
    public CompletableFuture<Void> removeNode(int removed) {
        StackRoom.require();
        return answers()
                .of(submit(epoch -> new Command.RemoveNode(nodeId, epoch, removed))
                        .thenApply(accepted -> null));
    }

    @Override
    public CompletableFuture<Void> deleteStream(long id) {
        StackRoom.require();
        return answers()
                .of(submit(epoch -> new Command.DeleteStream(nodeId, epoch, id)).thenAccept(accepted -> {
                    with.catalog().changed();
                    streams().deleted(id);
                }));
    }

    @Override
    public List<AppendResult> appendAll(List<StreamAppend> appends) {
        List<StreamTail> tails = new ArrayList<>(appends.size());
        List<RecordBatch> batches = new ArrayList<>(appends.size());
        for (StreamAppend append : appends) {
            if (!(append.stream() instanceof OwnedStream owned) || !streams().isOpen(owned)) {
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
        return answers().of(writePath.flush());
    }

    @Override
    CompletableFuture<Void> beforeClosing() {
        return writePath.flush();
    }

    @Override
    public URI wal() {
        return writePath.walUri();
    }

    @Override
    public CompletableFuture<Void> switchWal(URI uri) {
        if (uri == null) {
            throw new InvalidRequestException("wal=null: name the WAL to go on with, such as block:///var/lib/wal");
        }
        checkOpen();
        return answers().of(writePath.switchWal(uri));
    }

    @Override
    public CompletableFuture<TakeOverReport> takeOver(int node, List<URI> walUris) {
        checkOpen();
        return answers().of(with.takeOvers().takeOver(node, walUris));
    }

    @Override
    public CompletableFuture<Void> releaseKeptObjects(Collection<KeptObject> objects) {
        StackRoom.require();
        List<StoredObject> all = objects.stream()
                .map(object -> new StoredObject(object.key(), object.size()))
                .toList();
        return answers().of(releaseFrom(all, 0));
    }

    private CompletableFuture<Void> releaseFrom(List<StoredObject> objects, int from) {
        if (from >= objects.size()) {
            return CompletableFuture.completedFuture(null);
        }
        int to = Math.min(objects.size(), from + RELEASED_TOGETHER);
        return submit(epoch -> new Command.RetireObjects(nodeId, epoch, objects.subList(from, to)))
                .thenCompose(accepted -> releaseFrom(objects, to));
    }

    @Override
    public CompletableFuture<Void> releaseStream(long id, QuarantinedRecords records) {
        checkOpen();
        return answers().of(with.quarantines().release(id, records));
    }

    @Override
    public StoreStats stats() {
        StorageCounters counters = storage().counters();
        return new StoreStats(
                writePath.memoryUsed() + readPath().memoryUsed(),
                config().memoryBytes(),
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
        StackRoom.require();
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> earlier = beginClosing(mine);
        if (earlier != null) {
            return earlier.copy();
        }
        with.collector().close();
        StoreClosedException reason = closedStore();
        CompletableFuture<Void> uncompacting = with.compactor().close();
        CompletableFuture<Void> takingOver = with.takeOvers().close();
        List<OwnedStream> open = streams().refuse(reason);
        CompletableFuture<Void> inTime = timeout.compareTo(Duration.ZERO) > 0
                ? finish(open, timeout)
                : CompletableFuture.runAsync(() -> {}, with.context());
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
        shutDownAfter(timeout, reason, mine);
        return mine.copy();
    }

    /** A context that has failed may have lost a step of closing. */
    private void shutDownAfter(Duration timeout, StoreClosedException reason, CompletableFuture<Void> closed) {
        Duration patience = timeout.compareTo(LONGEST_CLOSE) > 0 ? LONGEST_CLOSE : timeout.plus(CLOSE_PATIENCE);
        var timer = runtime().schedule(patience, with.context(), () -> {
            LOG.warn("close did not end in time; going on without the steps that are missing");
            shutDown(reason, closed, null);
        });
        closed.whenComplete((done, error) -> timer.cancel());
    }

    @Override
    public void close() {
        try {
            close(config().closeTimeout()).join();
        } catch (CompletionException e) {
            throw Failures.asStreamException("close failed", e);
        }
    }

    @Override
    public WritePath writePath() {
        return writePath;
    }

    @Override
    public int nodeId() {
        return nodeId;
    }

    @Override
    public Duration appendTimeout() {
        return config().appendTimeout();
    }

    @Override
    public CompletableFuture<CommandResult.Accepted> submit(LongFunction<Command> command) {
        checkOpen();
        Command made = command.apply(writePath.nodeEpoch());
        return waiting.admit(made, () -> metadata().submit(made));
    }

    @Override
    public void forget(OwnedStream stream) {
        streams().forget(stream);
    }

    /** @return completes when everything is uploaded and closed, or cannot be, or the time is over */
    private CompletableFuture<Void> finish(List<OwnedStream> open, Duration timeout) {
        CompletableFuture<Void> orderly = CompletableFuture.allOf(open.stream()
                        .map(stream ->
                                stream.tail().whenDurable(stream.nextOffset()).handle((durable, failed) -> null))
                        .toArray(CompletableFuture[]::new))
                .thenCompose(durable -> openings.settled()) // or a stream would stay open that no handle has
                .thenCompose(settled ->
                        writePath.finish(() -> closeCommands(streams().owned())))
                .thenCompose(finished -> with.catalog().finish());
        CompletableFuture<Void> inTime = new CompletableFuture<>();
        var timer = runtime().schedule(timeout, with.context(), () -> {
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
        return inTime;
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
        if (done.isDone()) {
            return;
        }
        StoreOpener.runAll(List.of(
                () -> streams().closed(reason),
                () -> writePath.closed(reason),
                () -> with.takeOvers().closed(reason),
                () -> endWaiting(reason),
                () -> readPath().close(),
                () -> StoreOpener.closeAll(cleanup)));
        if (error == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(Failures.unwrap(error));
        }
    }

    private void onMetadataStopped(Throwable reason) {
        if (isClosing()) {
            return;
        }
        StreamException known = Failures.asStreamException("metadata client stopped", reason);
        writePath.stopAppends(known);
        if (known.kind() != StreamException.Kind.FENCED) {
            with.events().tell(listener -> listener.failed(known));
        }
    }

    private void fail(StreamException reason) {
        LOG.error("node {} takes no more appends: {}", nodeId, reason.getMessage());
        streams().fail(reason);
        // The WAL, the uploads and the metadata may each find it out.
        if (reason.kind() == StreamException.Kind.FENCED && !toldFenced) {
            toldFenced = true;
            with.events().tell(listener -> listener.fenced(reason));
        }
        writePath.endWaiting();
    }
}
