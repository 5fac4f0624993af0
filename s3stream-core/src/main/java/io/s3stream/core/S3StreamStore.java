package io.s3stream.core;

import io.s3stream.api.AppendResult;
import io.s3stream.api.BatchFilter;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StoreState;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.api.text.StoreUri;
import io.s3stream.api.tools.QuarantinedRecords;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.core.catalog.CatalogKeeper;
import io.s3stream.core.collect.ObjectCollector;
import io.s3stream.core.compact.Compactor;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.Shutdown;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.node.TakeOvers;
import io.s3stream.core.recovery.QuarantineRelease;
import io.s3stream.core.storage.StorageCounters;
import io.s3stream.core.stream.OwnedStream;
import io.s3stream.core.stream.WaitingAppends;
import io.s3stream.core.write.WritePath;
import io.s3stream.spi.runtime.SerialContext;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open store of a node: creates, opens and deletes streams, and closes in order. */
final class S3StreamStore extends ChangeableStore {

    private static final Logger LOG = LoggerFactory.getLogger(S3StreamStore.class);

    /** Time beyond the caller's timeout for the steps of closing that have their own deadlines. */
    private static final Duration CLOSE_MARGIN = Duration.ofSeconds(20);

    private static final Duration MAX_CLOSE = Duration.ofDays(365);

    /** The parts that work independently of the streams. */
    record Collaborators(
            SerialContext context,
            Compactor compactor,
            ObjectCollector collector,
            TakeOvers takeOvers,
            QuarantineRelease quarantines,
            CatalogKeeper catalog) {}

    private final Collaborators with;
    private final int nodeId;
    private final WritePath writePath;
    private final Deque<Runnable> cleanup;
    private final OwnerOpenings openings;
    private final WaitingCalls waiting = new WaitingCalls();
    private final WaitingAppends waitingAppends;
    private final GroupAppends groups;
    private final StreamRewrites rewrites;

    S3StreamStore(Reading reading, Collaborators with, int nodeId, WritePath writePath, Deque<Runnable> cleanup) {
        super(reading, with.catalog());
        this.with = with;
        this.nodeId = nodeId;
        this.writePath = writePath;
        this.cleanup = cleanup;
        this.openings = new OwnerOpenings(reading.answers());
        this.waitingAppends =
                new WaitingAppends(reading.runtime(), reading.config().appendTimeout());
        this.groups = new GroupAppends(streams(), writePath.gate(), waitingAppends);
        this.rewrites = new StreamRewrites(with.compactor(), streams(), reading.readPath());
        writePath.onFailure(this::fail);
        metadata().stopped().thenAcceptAsync(this::onMetadataStopped, with.context());
    }

    @Override
    public CompletableFuture<Stream> openStream(long id, OpenOptions options) {
        return openOwner(id, options, this::submit, OwnerOpenings.Opened::stream);
    }

    @Override
    CompletableFuture<List<OwnerOpenings.Opened>> openOwners(List<Long> ids, OpenOptions options) {
        JointCommands joint = new JointCommands(metadata()::submitAll);
        try {
            return ManyStreams.open(
                    ids, id -> openOwner(id, options, command -> submit(command, joint::add), opening -> opening));
        } finally {
            joint.send();
        }
    }

    private <T> CompletableFuture<T> openOwner(
            long id, OpenOptions options, OwnerOpener.Submit submit, Function<OwnerOpenings.Opened, T> answer) {
        return answers().call(() -> {
            require(options, "options");
            if (options.epoch() < 0) {
                throw new InvalidRequestException("epoch=" + options.epoch() + ": must not be negative");
            }
            checkOpen();
            return openings.open(
                    id, options.epoch(), new OwnerOpener(id, options.epoch(), streams(), this, submit), answer);
        });
    }

    @Override
    public List<AppendResult> appendAll(List<StreamAppend> appends) {
        return groups.append(appends);
    }

    @Override
    public List<AppendResult> tryAppendAll(List<StreamAppend> appends) {
        return groups.tryAppend(appends);
    }

    @Override
    public CompletableFuture<Void> flush() {
        return answers().call(() -> answers().of(writePath.flush()));
    }

    @Override
    public CompletableFuture<RewriteReport> rewrite(long id, long from, long to, BatchFilter filter) {
        return answers().call(() -> {
            checkOpen();
            return answers().of(rewrites.rewrite(id, from, to, filter));
        });
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
        return answers().call(() -> {
            if (uri == null) {
                throw new InvalidRequestException(
                        "wal=null: must not be null; name the next WAL, such as block:///var/lib/wal");
            }
            checkOpen();
            return answers().of(writePath.switchWal(StoreUri.wal("wal", uri)));
        });
    }

    @Override
    public CompletableFuture<TakeOverReport> takeOver(int node, TakeOverOptions options) {
        return answers().call(() -> {
            require(options, "options");
            checkOpen();
            return answers().of(with.takeOvers().takeOver(node, options));
        });
    }

    @Override
    public CompletableFuture<Void> releaseStream(long id, QuarantinedRecords records) {
        return answers().call(() -> {
            require(records, "records");
            checkOpen();
            return answers().of(with.quarantines().release(id, records));
        });
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
        return answers().call(() -> {
            require(timeout, "timeout");
            return closeWithin(timeout);
        });
    }

    private CompletableFuture<Void> closeWithin(Duration timeout) {
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
                // Not on the callback executor, which is blocked if a callback closes the store.
                .whenCompleteAsync((stopped, error) -> shutDown(reason, mine, error), with.context());
        shutDownAfter(timeout, reason, mine);
        return mine.copy();
    }

    /** Shuts down after a deadline, because a failed context may have lost a step of closing. */
    private void shutDownAfter(Duration timeout, StoreClosedException reason, CompletableFuture<Void> closed) {
        Duration patience = timeout.compareTo(MAX_CLOSE) > 0 ? MAX_CLOSE : timeout.plus(CLOSE_MARGIN);
        var timer = runtime().schedule(patience, with.context(), () -> {
            LOG.warn("close did not end in time; skipping its remaining steps");
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
    public WaitingAppends waitingAppends() {
        return waitingAppends;
    }

    @Override
    public CompletableFuture<CommandResult.Accepted> submit(LongFunction<Command> command) {
        return submit(command, metadata()::submit);
    }

    private CompletableFuture<CommandResult.Accepted> submit(
            LongFunction<Command> command, Function<Command, CompletableFuture<CommandResult.Accepted>> to) {
        checkOpen();
        Command made = command.apply(writePath.nodeEpoch());
        return waiting.admit(made, () -> to.apply(made));
    }

    @Override
    public void forget(OwnedStream stream) {
        streams().forget(stream);
    }

    /** @return completes when all data is uploaded and closed, when that fails, or at the timeout */
    private CompletableFuture<Void> finish(List<OwnedStream> open, Duration timeout) {
        CompletableFuture<Void> orderly = CompletableFuture.allOf(open.stream()
                        .map(stream ->
                                stream.tail().whenDurable(stream.nextOffset()).handle((durable, failed) -> null))
                        .toArray(CompletableFuture[]::new))
                .thenCompose(durable -> openings.settled()) // otherwise a stream could stay open without a handle
                .thenCompose(settled -> writePath.finish(() -> streams().closeCommands(nodeId, writePath.nodeEpoch())))
                .thenCompose(finished -> with.catalog().finish());
        CompletableFuture<Void> inTime = new CompletableFuture<>();
        var timer = runtime().schedule(timeout, with.context(), () -> {
            LOG.warn(
                    "close took longer than {}; data that is not uploaded stays in the WAL for the next open", timeout);
            inTime.complete(null);
        });
        orderly.whenComplete((done, error) -> {
            timer.cancel();
            if (error != null) {
                LOG.warn(
                        "close could not upload all data; the rest stays in the WAL for the next open: {}",
                        error.toString());
            }
            inTime.complete(null);
        });
        return inTime;
    }

    private void shutDown(StoreClosedException reason, CompletableFuture<Void> done, @Nullable Throwable error) {
        if (done.isDone()) {
            return;
        }
        Shutdown.runAll(List.of(
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
        metadataStopped(known);
        writePath.stopAppends(known);
    }

    private void fail(StreamException reason) {
        LOG.error("node {} refuses further appends: {}", nodeId, reason.getMessage());
        streams().fail(reason);
        events().failed(
                        reason.kind() == StreamException.Kind.FENCED
                                ? StoreState.Level.STOPPED
                                : StoreState.Level.APPENDS_FAILED,
                        reason);
        writePath.endWaiting();
    }
}
