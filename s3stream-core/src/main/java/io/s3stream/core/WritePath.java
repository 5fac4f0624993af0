package io.s3stream.core;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.AppendGate;
import io.s3stream.core.append.AppendMemory;
import io.s3stream.core.append.AppendOptions;
import io.s3stream.core.append.AppendSequencer;
import io.s3stream.core.append.OutcomeRule;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.core.recovery.OpenedNode;
import io.s3stream.core.upload.ObjectGrouping;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.upload.UploadListener;
import io.s3stream.core.upload.UploadOptions;
import io.s3stream.core.upload.Uploader;
import io.s3stream.core.wal.RetiredWals;
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
 * Gate, sequencer, write cache and uploader of an open node, and what passes between them. Its methods may be called from
 * any thread; the work happens on the append context.
 */
final class WritePath implements UploadListener, WalSwitcher.Host {

    /** What a write path needs of the engine. */
    record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            MetadataClient metadata,
            ObjectWriter writer,
            ObjectGrouping grouping,
            StoreMetrics metrics,
            StoreEvents events) {}

    /** Whose it is. */
    record Node(int id, OpenedNode opened, @Nullable URI fallback) {}

    private static final Logger LOG = LoggerFactory.getLogger(WritePath.class);
    /** How long failed appends wait for metadata out of reach to tell that they were not written. */
    private static final Duration SEAL_PATIENCE = Duration.ofSeconds(60);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Collaborators with;
    private final MemoryPlan plan;
    private final MemoryBudget budget;
    private final WriteCache cache;
    private final Node node;
    private final AppendSequencer sequencer;
    private final RetiredWals retired;
    private final WalSwitcher switcher;
    private final Uploader uploader;
    private final AppendGate gate;
    private final OutcomeRule outcomes;
    private final Duration walTimeout;
    private volatile Consumer<StreamException> onFailure = reason -> {};
    private final AtomicLong uploadedBytes = new AtomicLong();
    private final AtomicLong roomWanted = new AtomicLong(); // 0: nobody has asked since the last time
    private final ContextCalls calls;
    private @Nullable StreamException appendFailure; // append context
    private @Nullable StreamException unsealed; // the failure that left frames without an end of the WAL before them
    private final Throttling throttling;

    WritePath(
            Collaborators with,
            EngineParts parts,
            StoreConfig config,
            MemoryPlan plan,
            AppendMemory memory,
            UploadOptions uploads,
            Node node) {
        this.with = with;
        this.calls = new ContextCalls(with.context());
        this.plan = plan;
        this.budget = memory.budget();
        this.throttling = new Throttling(with.runtime(), with.context(), budget, with.events());
        this.node = node;
        this.cache =
                new WriteCache(budget, with.metrics().memory(), node.opened().committed());
        this.uploader = new Uploader(
                new Uploader.Collaborators(
                        with.runtime(),
                        with.context(),
                        cache,
                        with.writer(),
                        with.metadata(),
                        with.metrics().upload()),
                new Uploader.NodeIdentity(node.id(), node.opened().nodeEpoch()),
                uploads,
                with.grouping(),
                parts.commitOrder(),
                this);
        OpenedNode opened = node.opened();
        AppendOptions options = new AppendOptions(
                node.id(),
                profile -> plan.frameTargetBytes(config, profile),
                config.idleFrameDelay(),
                config.walTimeout(),
                node.fallback() == null ? with.events() : null);
        this.sequencer = new AppendSequencer(
                new AppendSequencer.Collaborators(with.runtime(), with.context(), memory, cache, with.metrics()),
                opened.wal(),
                options,
                new AppendSequencer.Parts(parts.ackOrder(), parts.appendInbox()),
                uploader);
        this.gate = new AppendGate(
                budget,
                MemoryPlan.maxAppendBytes(config, opened.maxFrameBytes()),
                MemoryPlan.maxBodyBytes(config, opened.maxFrameBytes()),
                sequencer,
                with.metrics().append(),
                this::askForRoom,
                new AppendGate.Rules(parts.groupRule(), parts.offsetRule()));
        this.outcomes = parts.outcomeRule();
        this.walTimeout = config.walTimeout();
        this.retired = new RetiredWals(
                with.runtime(),
                with.context(),
                with.metadata(),
                node.id(),
                opened.nodeEpoch(),
                opened.committed().sequence());
        this.switcher = new WalSwitcher(
                new WalSwitcher.Collaborators(
                        with.runtime(),
                        with.context(),
                        with.metadata(),
                        sequencer,
                        retired,
                        parts.handOver(),
                        config.walTimeout(),
                        with.metrics().wal(),
                        with.events()),
                node.id(),
                opened,
                node.fallback(),
                MemoryPlan.maxFrameBytes(config, opened.maxFrameBytes()),
                this);
        retired.onReleased(switcher::giveBack);
        with.context().onFailure(this::onContextFailure);
        watch(with.metrics());
    }

    private void watch(StoreMetrics metrics) {
        metrics.append().watchQueue(sequencer::waiting);
        metrics.wal()
                .watch(this::walUsedBytes, () -> switcher.current().descriptor().capacityBytes(), retired::atRiskBytes);
        metrics.memory().watchWriteCache(budget::used, budget.limit());
    }

    /** Told when appends, or everything, came to an end by a failure. */
    void onFailure(Consumer<StreamException> listener) {
        onFailure = listener;
    }

    AppendGate gate() {
        return gate;
    }

    int nodeId() {
        return node.id();
    }

    long nodeEpoch() {
        return node.opened().nodeEpoch();
    }

    /** Memory will not become free any more: whoever waits for it hears why at the next try. */
    void endWaiting() {
        budget.endWaiting();
    }

    /** The context takes no more work: whoever waits for it, now or later, hears the reason. */
    void closed(StreamException reason) {
        endWaiting();
        calls.end(reason);
    }

    /** Whether appends will soon have to wait for uploads; what was uploaded holds half of the budget at most. */
    boolean isPressed() {
        return budget.used() > budget.limit() / 4 * 3;
    }

    long memoryUsed() {
        return budget.used();
    }

    long walUsedBytes() {
        return switcher.current().log().usedBytes();
    }

    long uploadedBytes() {
        return uploadedBytes.get();
    }

    long ackedBytes() {
        return sequencer.ackedBytes();
    }

    /** Nothing can be committed any more: appends end now, reads go on. */
    void stopAppends(StreamException reason) {
        uploader.stop(reason);
        onFatal(reason);
    }

    long ackedFrames() {
        return sequencer.ackedThrough() - node.opened().wal().firstSequence() + 1;
    }

    /** The URI of the WAL being written. */
    URI walUri() {
        return switcher.current().descriptor().uri();
    }

    /** Acknowledged bytes that are only on a WAL that has failed. */
    long atRiskBytes() {
        return retired.atRiskBytes();
    }

    /** Goes on writing to another WAL; completes when the old one is not needed any more. */
    CompletableFuture<Void> switchWal(URI uri) {
        return calls.call(() -> switcher.switchTo(uri));
    }

    /** Uploads everything acknowledged so far. */
    @Override
    public CompletableFuture<Void> flush() {
        return calls.call(uploader::flush);
    }

    @Override
    public long uncommittedBytes() {
        return cache.uncommittedBytes();
    }

    /**
     * Fails while the WAL is open behind a failure: recovery may find frames there that were not acknowledged. It keeps all of
     * such a frame only if its streams are closed together; closed alone, this one would lose its part of a group.
     */
    CompletableFuture<Void> closeStream(long streamId, long streamEpoch, long finalEnd) {
        return calls.call(() -> unsealed != null
                ? CompletableFuture.failedFuture(unsealed)
                : uploader.closeStream(streamId, streamEpoch, finalEnd));
    }

    /**
     * Uploads everything acknowledged so far, before a stream ends there for ever. Fails like {@link #closeStream}: recovery may
     * find more records of the stream.
     */
    CompletableFuture<Void> flushForSeal() {
        return calls.call(() -> unsealed != null ? CompletableFuture.failedFuture(unsealed) : uploader.flush());
    }

    /** Uploads what is left, closes the given streams and seals the generation: the next open has nothing to recover. */
    CompletableFuture<Void> finish(Supplier<List<Command>> closeStreams) {
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
                            // Whoever is the node by now may be about to replay a WAL without an end [R6].
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
     * Stops, waiting only for I/O that is under way, and for that not longer than {@link #STOP_PATIENCE}: what was
     * acknowledged is in the WAL.
     */
    CompletableFuture<Void> stop(StreamException reason) {
        return calls.call(() -> {
                    fail(reason);
                    uploader.stop(reason);
                    switcher.end();
                    return idleOrImpatient(
                            CompletableFuture.allOf(switcher.current().log().closeAsync(), retired.whenIdle()));
                })
                .whenCompleteAsync(
                        (closed, error) -> {
                            node.opened().media().close();
                            cache.clear();
                        },
                        with.context());
    }

    private CompletableFuture<Void> idleOrImpatient(CompletableFuture<Void> idle) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        var timer = with.runtime().schedule(STOP_PATIENCE, with.context(), () -> {
            LOG.warn("wal={} does not answer; going on without it", walUri());
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
        cache.evict(plan.highWater());
        if (!isPressed()) {
            throttling.end();
        }
        retired.onCommitted(position.sequence());
        sequencer.trim(position);
        makeRoomForWaiting();
    }

    /** Appends that waited for their turn in the queue may wait for memory by now. */
    @Override
    public void onDurable() {
        throttling.onDurable();
        makeRoomForWaiting();
    }

    private void makeRoomForWaiting() {
        long wanted = budget.wanted();
        if (wanted > 0) {
            makeRoom(wanted);
        }
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

    /** What was in flight is settled when it is known to be past the sealed end, whatever the medium holds. */
    private void onAppendsFailed(StreamException reason) {
        appendFailure = reason;
        throttling.end();
        CompletableFuture<Boolean> sealed = new CompletableFuture<>();
        Timer impatience = with.runtime().schedule(SEAL_PATIENCE, with.context(), () -> sealed.complete(false));
        sealed.thenAccept(isSealed -> with.context().execute(() -> {
            impatience.cancel();
            sequencer.settle(outcomes.ofIssued(isSealed));
            onFailure.accept(reason);
        }));
        with.metadata().submit(sealGeneration()).whenComplete((done, error) -> sealed.complete(error == null));
    }

    /** Whatever may still land behind the last acknowledged frame is not part of the log. */
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

    /** The state of the context may be half-changed: nothing more is written, uploaded or committed from it [R38]. */
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
        StoreOpener.runAll(parts);
    }

    /** No end of the WAL is known to be before what is in flight. */
    private void fail(StreamException reason) {
        throttling.end();
        sequencer.fail(reason, outcomes.ofIssued(false));
    }

    /** One task for all that ask before it runs: refused appends may come by the million. */
    private void askForRoom(long bytes) {
        if (roomWanted.getAndAccumulate(bytes, Math::max) == 0) {
            try {
                with.context().execute(() -> makeRoom(roomWanted.getAndSet(0)));
            } catch (Throwable e) {
                roomWanted.set(0);
                throw e;
            }
        }
    }

    private void makeRoom(long bytes) {
        cache.evict(Math.max(0, budget.limit() - bytes));
        if (budget.used() + bytes > budget.limit()) {
            uploader.onPressure();
            throttling.memoryIsFull();
        } else {
            throttling.appendWaits(sequencer::ackedThrough);
        }
    }
}
