package io.s3stream.core;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.AppendGate;
import io.s3stream.core.append.AppendMemory;
import io.s3stream.core.append.AppendSequencer;
import io.s3stream.core.append.OpenWal;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.recovery.OpenedNode;
import io.s3stream.core.upload.ObjectGrouping;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.upload.UploadListener;
import io.s3stream.core.upload.UploadOptions;
import io.s3stream.core.upload.Uploader;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.WalProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gate, sequencer, write cache and uploader of an open node, and what passes between them. Its methods may be called from
 * any thread; the work happens on the append context.
 */
final class WritePath implements UploadListener {

    /** What a write path needs of the engine. */
    record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            MetadataClient metadata,
            ObjectWriter writer,
            ObjectGrouping grouping) {}

    /** Whose it is. */
    record Node(int id, OpenedNode opened) {}

    private final Collaborators with;
    private final MemoryPlan plan;
    private final MemoryBudget budget;
    private final WriteCache cache;
    private final Node node;
    private final AppendSequencer sequencer;
    private final Uploader uploader;
    private final AppendGate gate;
    private volatile Consumer<StreamException> onFailure = reason -> {};
    private final AtomicLong uploadedBytes = new AtomicLong();
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();
    private volatile @Nullable StreamException closed;
    private @Nullable StreamException walFailure; // append context

    WritePath(
            Collaborators with,
            EngineParts parts,
            StoreConfig config,
            MemoryPlan plan,
            AppendMemory memory,
            UploadOptions uploads,
            Node node) {
        this.with = with;
        this.plan = plan;
        this.budget = memory.budget();
        this.node = node;
        this.cache = new WriteCache(budget, node.opened().committed());
        this.uploader = new Uploader(
                new Uploader.Collaborators(with.runtime(), with.context(), cache, with.writer(), with.metadata()),
                new Uploader.NodeIdentity(node.id(), node.opened().nodeEpoch()),
                uploads,
                with.grouping(),
                parts.commitOrder(),
                this);
        WalProfile profile = node.opened().log().profile();
        OpenWal wal = new OpenWal(
                node.opened().log(),
                node.opened().descriptor(),
                node.id(),
                node.opened().firstSequence(),
                plan.frameTargetBytes(config, profile),
                config.idleFrameDelay());
        this.sequencer =
                new AppendSequencer(with.runtime(), with.context(), memory, cache, wal, parts.ackOrder(), uploader);
        this.gate = new AppendGate(
                budget,
                MemoryPlan.maxAppendBytes(config, profile),
                MemoryPlan.maxBodyBytes(config, profile),
                sequencer,
                bytes -> with.context().execute(() -> makeRoom(bytes)));
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
        closed = reason;
        endWaiting();
        pending.forEach(future -> future.completeExceptionally(reason));
    }

    long memoryUsed() {
        return budget.used();
    }

    long walUsedBytes() {
        return node.opened().log().usedBytes();
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
        return sequencer.ackedThrough() - node.opened().firstSequence() + 1;
    }

    /** Uploads everything acknowledged so far. */
    CompletableFuture<Void> flush() {
        return onContext(uploader::flush);
    }

    CompletableFuture<Void> closeStream(long streamId, long streamEpoch, long finalEnd) {
        return onContext(() -> uploader.closeStream(streamId, streamEpoch, finalEnd));
    }

    /** Uploads what is left, closes the given streams and seals the generation: the next open has nothing to recover. */
    CompletableFuture<Void> finish(Supplier<List<Command>> closeStreams) {
        return onContext(() -> {
                    sequencer.fail(walFailure == null ? new StoreClosedException("the store is closing") : walFailure);
                    return uploader.flush();
                })
                .thenComposeAsync(
                        flushed -> {
                            List<Command> commands = new ArrayList<>(closeStreams.get());
                            commands.add(sealGeneration());
                            commands.add(new Command.RemoveGeneration(
                                    node.id(),
                                    nodeEpoch(),
                                    node.opened().descriptor().walEpoch()));
                            return with.metadata().submitAll(commands);
                        },
                        with.context())
                .thenApply(results -> null);
    }

    /** Stops without waiting for anything but I/O that is under way: what was acknowledged is in the WAL. */
    CompletableFuture<Void> stop(StreamException reason) {
        return onContext(() -> {
                    sequencer.fail(reason);
                    uploader.stop(reason);
                    return node.opened().log().closeAsync();
                })
                .whenCompleteAsync(
                        (closed, error) -> {
                            node.opened().medium().close();
                            cache.clear();
                        },
                        with.context());
    }

    @Override
    public void onCommitted(CommittedPosition position, long objectBytes) {
        uploadedBytes.addAndGet(objectBytes);
        cache.evict(plan.highWater());
        sequencer.trim(position);
        long wanted = budget.wanted();
        if (wanted > 0) {
            makeRoom(wanted);
        }
    }

    @Override
    public void onWalFailure(StreamException reason) {
        walFailure = reason;
        with.runtime().step("wal.failed");
        with.metadata()
                .submit(sealGeneration())
                .whenCompleteAsync(
                        (done, error) -> {
                            sequencer.settle(error == null ? Outcome.NOT_WRITTEN : Outcome.UNKNOWN);
                            onFailure.accept(reason);
                        },
                        with.context());
    }

    /** Whatever may still land behind the last acknowledged frame is not part of the log. */
    private Command sealGeneration() {
        return new Command.SealGeneration(
                node.id(), nodeEpoch(), node.opened().descriptor().walEpoch(), sequencer.ackedThrough());
    }

    @Override
    public void onFatal(StreamException reason) {
        sequencer.fail(reason);
        onFailure.accept(reason);
    }

    private void makeRoom(long bytes) {
        cache.evict(Math.max(0, budget.limit() - bytes));
        if (budget.used() + bytes > budget.limit()) {
            uploader.onPressure();
        }
    }

    @SuppressWarnings("CollectionUndefinedEquality") // a set by identity: the very future that was added leaves it
    private <T> CompletableFuture<T> onContext(Supplier<CompletableFuture<T>> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        pending.add(done);
        done.whenComplete((value, error) -> pending.remove(done));
        StreamException reason = closed;
        if (reason != null) {
            done.completeExceptionally(reason);
            return done;
        }
        with.context().execute(() -> {
            try {
                work.get().whenComplete((value, error) -> {
                    if (error == null) {
                        done.complete(value);
                    } else {
                        done.completeExceptionally(error);
                    }
                });
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}
