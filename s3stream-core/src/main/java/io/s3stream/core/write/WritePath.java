package io.s3stream.core.write;

import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.core.append.AppendGate;
import io.s3stream.core.append.AppendListener;
import io.s3stream.core.append.AppendSequencer;
import io.s3stream.core.append.rules.OutcomeRule;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.Shutdown;
import io.s3stream.core.events.StoreEvents;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.recovery.OpenedNode;
import io.s3stream.core.runtime.ContextCalls;
import io.s3stream.core.upload.ObjectGrouping;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.upload.UploadListener;
import io.s3stream.core.upload.Uploader;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write path of an open node: connects gate, sequencer, write cache and uploader. Methods are callable from any
 * thread; the work runs on the append context.
 */
public final class WritePath implements AppendListener, UploadListener, WalSwitcher.Host {

    /** Parts of the engine that a write path uses. */
    public record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            MetadataClient metadata,
            ObjectWriter writer,
            ObjectGrouping grouping,
            StoreMetrics metrics,
            StoreEvents events) {}

    /** The node that owns the write path. */
    public record Node(int id, OpenedNode opened, @Nullable URI fallback) {}

    private static final Logger LOG = LoggerFactory.getLogger(WritePath.class);
    /**
     * Maximum time that failed appends wait for unreachable metadata. A committed seal proves that they were not
     * written.
     */
    private static final Duration SEAL_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final Collaborators with;
    private final MemoryBudget budget;
    private final WriteCache cache;
    private final Node node;
    private final AppendSequencer sequencer;
    private final RoomMaker room;
    private final RetiredWals retired;
    private final WalSwitcher switcher;
    private final Uploader uploader;
    private final AppendGate gate;
    private final OutcomeRule outcomes;
    private final Duration walTimeout;
    private volatile Consumer<StreamException> onFailure = reason -> {};
    private final AtomicLong uploadedBytes = new AtomicLong();
    private final ContextCalls calls;
    private @Nullable StreamException appendFailure; // append context
    private @Nullable StreamException unsealed; // the failure that left frames in flight without a seal before them

    public WritePath(Collaborators with, WriteSettings settings, AppendMemory memory, Node node) {
        this.with = with;
        this.node = node;
        this.calls = new ContextCalls(with.context());
        this.budget = memory.budget();
        this.outcomes = settings.rules().outcomeRule();
        this.walTimeout = settings.config().walTimeout();
        WriteParts parts = new WriteParts(with, settings, memory, node, this);
        this.cache = parts.cache;
        this.uploader = parts.uploader;
        this.sequencer = parts.sequencer;
        this.room = parts.room;
        this.gate = parts.gate;
        this.retired = parts.retired;
        this.switcher = parts.switcher;
        with.context().onFailure(this::onContextFailure);
    }

    /** Sets the listener for failures that end appends or everything. */
    public void onFailure(Consumer<StreamException> listener) {
        onFailure = listener;
    }

    public AppendGate gate() {
        return gate;
    }

    int nodeId() {
        return node.id();
    }

    public long nodeEpoch() {
        return node.opened().nodeEpoch();
    }

    /** Ends waits for memory, because none will become free. Waiting callers get the reason at their next attempt. */
    public void endWaiting() {
        room.endWaiting();
    }

    /** Fails pending and later calls with the reason, because the context has stopped. */
    public void closed(StreamException reason) {
        endWaiting();
        calls.end(reason);
    }

    /** Returns whether appends will soon wait for uploads. Uploaded data uses at most half of the budget. */
    public boolean isPressed() {
        return room.isPressed();
    }

    public long memoryUsed() {
        return budget.used();
    }

    public long walUsedBytes() {
        return switcher.current().log().usedBytes();
    }

    public long uploadedBytes() {
        return uploadedBytes.get();
    }

    public long ackedBytes() {
        return sequencer.ackedBytes();
    }

    /** Ends appends, because commits are no longer possible. Reads continue. */
    public void stopAppends(StreamException reason) {
        uploader.stop(reason);
        onFatal(reason);
    }

    public long ackedFrames() {
        return sequencer.ackedThrough() - node.opened().wal().firstSequence() + 1;
    }

    /** Returns the URI of the WAL being written. */
    public URI walUri() {
        return switcher.current().descriptor().uri();
    }

    /** Returns the acknowledged bytes that are only on a failed WAL. */
    public long atRiskBytes() {
        return retired.atRiskBytes();
    }

    /** Switches to another WAL. Completes when the old WAL is no longer needed. */
    public CompletableFuture<Void> switchWal(URI uri) {
        return calls.call(() -> switcher.switchTo(uri));
    }

    /** Uploads all data acknowledged so far. */
    @Override
    public CompletableFuture<Void> flush() {
        return calls.call(uploader::flush);
    }

    @Override
    public long uncommittedBytes() {
        return cache.uncommittedBytes();
    }

    /**
     * Closes a stream, unless a failure left the WAL without a seal. Recovery may then find frames that were not
     * acknowledged. It keeps such a frame as a whole only if its streams are closed together; a stream closed alone
     * would lose its part of a group.
     */
    public CompletableFuture<Void> closeStream(long streamId, long streamEpoch, long finalEnd) {
        return calls.call(() -> unsealed != null
                ? CompletableFuture.failedFuture(unsealed)
                : uploader.closeStream(streamId, streamEpoch, finalEnd));
    }

    /**
     * Uploads everything acknowledged so far, before a stream is sealed at that end. Fails like {@link #closeStream}: recovery may
     * find more records of the stream.
     */
    public CompletableFuture<Void> flushForSeal() {
        return calls.call(() -> unsealed != null ? CompletableFuture.failedFuture(unsealed) : uploader.flush());
    }

    /**
     * Uploads the remaining data, closes the given streams and seals the generation. The next opening has nothing to
     * recover.
     */
    public CompletableFuture<Void> finish(Supplier<List<Command>> closeStreams) {
        return calls.call(switcher::end)
                .thenComposeAsync(
                        settled -> {
                            fail(
                                    appendFailure == null
                                            ? new StoreClosedException("the store is closing")
                                            : appendFailure);
                            return uploader.flush();
                        },
                        with.context())
                .thenComposeAsync(flushed -> retired.whenAllNotNeeded(walTimeout), with.context())
                .thenComposeAsync(
                        released -> {
                            with.runtime().step("close.uploaded");
                            List<Command> commands = new ArrayList<>(closeStreams.get());
                            commands.add(sealGeneration());
                            return with.metadata().submitAll(commands);
                        },
                        with.context())
                .thenComposeAsync(
                        results -> {
                            // If the seal was refused, another process may be this node and may replay the unsealed
                            // WAL: do not release it [R6].
                            results.get(results.size() - 1).accepted();
                            return retired.release(switcher.current());
                        },
                        with.context())
                .thenComposeAsync(
                        released -> with.metadata()
                                .submit(new Command.RemoveGeneration(
                                        node.id(),
                                        nodeEpoch(),
                                        switcher.current().walEpoch())),
                        with.context())
                .thenApply(removed -> null);
    }

    /**
     * Stops. Waits only for I/O in flight, and at most for {@link #STOP_TIMEOUT}, because acknowledged data is in the
     * WAL.
     */
    public CompletableFuture<Void> stop(StreamException reason) {
        return calls.call(() -> {
                    fail(reason);
                    uploader.stop(reason);
                    switcher.end();
                    return idleOrTimedOut(
                            CompletableFuture.allOf(switcher.current().log().closeAsync(), retired.whenIdle()));
                })
                .whenCompleteAsync(
                        (closed, error) -> {
                            node.opened().media().close();
                            cache.clear();
                        },
                        with.context());
    }

    private CompletableFuture<Void> idleOrTimedOut(CompletableFuture<Void> idle) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        var timer = with.runtime().schedule(STOP_TIMEOUT, with.context(), () -> {
            LOG.warn("wal={} does not answer; stopping without waiting for it", SafeUri.of(walUri()));
            done.complete(null);
        });
        idle.whenComplete((nothing, error) -> {
            timer.cancel();
            if (error == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(error);
            }
        });
        return done;
    }

    @Override
    public void onCommitted(CommittedPosition position, long objectBytes) {
        uploadedBytes.addAndGet(objectBytes);
        room.onCommitted();
        retired.onCommitted(position.sequence());
        sequencer.trim(position);
        room.makeForWaiting();
    }

    @Override
    public void onDurable() {
        uploader.onDurable();
        room.onDurable();
    }

    @Override
    public void onPressure() {
        uploader.onPressure();
    }

    @Override
    public void onWalFailure(StreamException reason) {
        with.runtime().step("wal.failed");
        URI failed = walUri();
        with.events().tell(listener -> listener.walFailed(failed, reason));
        switcher.onWalFailure(reason);
    }

    @Override
    public void onWalLost(StreamException reason) {
        sequencer.takeNoMore(reason);
        onAppendsFailed(reason);
    }

    /**
     * Fails the appends in flight once a seal before them is committed, or after a timeout. The seal decides, not the
     * content of the medium.
     */
    private void onAppendsFailed(StreamException reason) {
        appendFailure = reason;
        room.endThrottling();
        CompletableFuture<Boolean> sealed = new CompletableFuture<>();
        Timer timeout = with.runtime().schedule(SEAL_TIMEOUT, with.context(), () -> sealed.complete(false));
        sealed.thenAccept(isSealed -> with.context().execute(() -> {
            timeout.cancel();
            sequencer.settle(outcomes.ofIssued(isSealed));
            onFailure.accept(reason);
        }));
        with.metadata().submit(sealGeneration()).whenComplete((done, error) -> sealed.complete(error == null));
    }

    /**
     * Seals the generation at the last acknowledged frame. Later frames that still reach the medium are not part of the
     * log.
     */
    private Command sealGeneration() {
        return new Command.SealGeneration(
                node.id(), nodeEpoch(), switcher.current().walEpoch(), sequencer.ackedThrough());
    }

    @Override
    public void onFatal(StreamException reason) {
        unsealed = unsealed == null ? reason : unsealed;
        fail(reason);
        onFailure.accept(reason);
    }

    /**
     * Ends all work, because the state of the context may be half changed. No data may be written, uploaded or
     * committed from it [R38].
     */
    private void onContextFailure(Throwable thrown) {
        StreamException reason = Failures.asStreamException("the write path failed", thrown);
        appendFailure = appendFailure == null ? reason : appendFailure;
        unsealed = unsealed == null ? reason : unsealed;
        List<Runnable> parts = List.of(
                () -> fail(reason),
                () -> uploader.stop(reason),
                switcher::end,
                () -> calls.failPending(reason),
                () -> onFailure.accept(reason));
        Shutdown.runAll(parts);
    }

    /**
     * Fails all unacknowledged appends. For those in flight the outcome is unknown: no seal is known to precede them.
     */
    private void fail(StreamException reason) {
        room.endThrottling();
        sequencer.fail(reason, outcomes.ofIssued(false));
    }
}
