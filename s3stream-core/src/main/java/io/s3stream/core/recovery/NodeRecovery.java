package io.s3stream.core.recovery;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.NodeEpochConflictException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.Quarantine;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.wal.WalMedia;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Becomes a node and recovers its acknowledged records. Step 0 locks the media of its unsealed generations. Step 1
 * registers, conditional on exactly those generations [R11]; that fences the former process and freezes the committed
 * position. Step 2 fences the WALs [R5, R12], step 3 replays [R3], and step 4 seals [R6]. Step 5 quarantines the
 * streams that cannot be committed [R37]. It then commits the replayed records and closes the node's streams, in the
 * same commit [R15]. {@link #release} then releases the WALs.
 *
 * <p>An opening runs it for its own node, a take-over for another node. After a failure at any point another recovery
 * can continue. Used once, on one serial context.
 */
public final class NodeRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(NodeRecovery.class);
    private static final int REGISTER_ATTEMPTS = 8;

    /**
     * The WALs of the node.
     *
     * @param inUse attached before the registration, and created if they do not exist
     * @param presentUri the present URI of a medium that was recorded with another one
     * @param patience the deadline for a medium that recovery does not need
     */
    public record Wals(WalMedia media, List<URI> inUse, UnaryOperator<URI> presentUri, Duration patience) {}

    private final RecoveryTools with;
    private final Registration self;
    private final Wals wals;
    private final RecoverySizes sizes;
    private final RecoveryTimes times;
    private final List<WalMedium> stepMedia = new ArrayList<>();
    private long nodeEpoch;
    private final Set<Long> quarantined = new TreeSet<>();
    private long streamsClosed;
    private boolean abandoned;

    public NodeRecovery(RecoveryTools with, Registration self, Wals wals, RecoverySizes sizes) {
        this.with = with;
        this.self = self;
        this.wals = wals;
        this.sizes = sizes;
        this.times = new RecoveryTimes(with.runtime()::nanoTime);
    }

    /**
     * Runs all steps except the release. Completes on the context. The media stay attached after success and after
     * failure.
     */
    public CompletableFuture<RecoveredNode> run() {
        return register(REGISTER_ATTEMPTS).thenComposeAsync(nothing -> recover(), with.context());
    }

    /** Releases the WALs whose frames are all committed; after {@link #run}. Completes on the context. */
    public CompletableFuture<Void> release() {
        return releaseFinished().exceptionallyComposeAsync(this::unlessReplaced, with.context());
    }

    /** Returns the node epoch of this recovery; 0 before the registration. */
    public long nodeEpoch() {
        return nodeEpoch;
    }

    private NodeMetadata node() {
        NodeMetadata node = with.metadata().view().node(self.nodeId());
        return node != null ? node : NodeMetadata.untagged(self.nodeId(), 0, CommittedPosition.NONE, List.of());
    }

    /** Runs steps 0 and 1; starts again when the generations changed in between. */
    private CompletableFuture<Void> register(int attemptsLeft) {
        List<Generation> generations = node().generations();
        return lock(generations)
                .thenComposeAsync(
                        nothing -> {
                            step("locked");
                            return with.metadata().submit(self.command(generations));
                        },
                        with.context())
                .handleAsync(
                        (accepted, error) -> {
                            if (error == null) {
                                nodeEpoch = accepted.value();
                                step("registered");
                                return CompletableFuture.<Void>completedFuture(null);
                            }
                            Throwable cause = Failures.unwrap(error);
                            boolean changed = cause instanceof ConflictException
                                    && !(cause instanceof NodeEpochConflictException)
                                    && !generations.equals(node().generations());
                            if (!changed || attemptsLeft == 0) {
                                return CompletableFuture.<Void>failedFuture(error);
                            }
                            wals.media().closeAllBut(Set.of());
                            return register(attemptsLeft - 1);
                        },
                        with.context())
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Void> lock(List<Generation> generations) {
        CommittedPosition committed = node().committed();
        List<Generation> unfinished = generations.stream()
                .filter(generation ->
                        !generation.isSealed() || generation.sealedEnd().getAsLong() > committed.sequence())
                .toList();
        return forEach(unfinished, this::attach)
                .thenComposeAsync(
                        locked -> forEach(wals.inUse(), uri -> wals.media().attach(uri, AttachMode.CREATE)),
                        with.context());
    }

    private CompletableFuture<WalMedium> attach(Generation generation) {
        URI uri = wals.presentUri().apply(generation.descriptor().uri());
        return wals.media()
                .attach(uri, AttachMode.EXISTING)
                .exceptionallyComposeAsync(
                        error -> Failures.unwrap(error) instanceof StorageException
                                ? underAnotherName(generation, wals.inUse().iterator(), error)
                                : CompletableFuture.failedFuture(error),
                        with.context());
    }

    /** Looks for a renamed medium among the configured ones. */
    private CompletableFuture<WalMedium> underAnotherName(
            Generation generation, Iterator<URI> candidates, Throwable unreachable) {
        if (!candidates.hasNext()) {
            return CompletableFuture.failedFuture(unreachable);
        }
        return wals.media()
                .attach(candidates.next(), AttachMode.EXISTING) // a missing medium is not created
                .handleAsync(
                        (medium, error) -> medium != null && medium.holds(generation.descriptor())
                                ? CompletableFuture.completedFuture(medium)
                                : underAnotherName(generation, candidates, unreachable),
                        with.context())
                .thenCompose(Function.identity());
    }

    /** Runs steps 2 to 5 for every generation that may hold frames. */
    private CompletableFuture<RecoveredNode> recover() {
        List<RecoveryPlan.Step> steps = with.plan().steps(node());
        CommittedPosition committed = node().committed();
        RecoveredSegments segments = new RecoveredSegments(
                new RecoveredSegments.Tools(with.slabs(), writer(), with.grouping(), with.metadata(), with.plan()),
                sizes,
                committed);
        return forEach(steps, this::attachAndFence)
                .thenComposeAsync(
                        nothing -> {
                            step("fenced");
                            times.fenced();
                            return replayAll(steps, segments);
                        },
                        with.context())
                .thenComposeAsync(
                        ends -> {
                            times.replayed();
                            return seal(steps, ends);
                        },
                        with.context())
                .thenComposeAsync(nothing -> segments.finish(), with.context())
                .thenComposeAsync(
                        recovered -> {
                            times.uploaded();
                            return quarantine(recovered.kept())
                                    .thenComposeAsync(kept -> commit(recovered.parts()), with.context());
                        },
                        with.context())
                .thenApplyAsync(
                        nothing -> {
                            times.committed();
                            return new RecoveredNode(
                                    nodeEpoch,
                                    segments.frames(),
                                    segments.recordBytes(),
                                    streamsClosed,
                                    List.copyOf(quarantined),
                                    times);
                        },
                        with.context())
                .whenCompleteAsync((done, error) -> segments.abort(), with.context())
                .exceptionallyComposeAsync(this::unlessReplaced, with.context());
    }

    /**
     * Replaces an error about damage or absence by {@link FencedException} if another process has become the node. That
     * process may have committed and removed the data.
     */
    private <T> CompletableFuture<T> unlessReplaced(Throwable error) {
        Throwable cause = Failures.unwrap(error);
        if (!(cause instanceof CorruptedDataException || cause instanceof StorageException)) {
            return CompletableFuture.failedFuture(error);
        }
        return with.metadata()
                .refresh()
                .whenComplete((view, unknown) -> {
                    if (unknown != null) {
                        unknown.addSuppressed(cause);
                    }
                })
                .thenComposeAsync(
                        view -> CompletableFuture.failedFuture(
                                node().epoch() == nodeEpoch
                                        ? error
                                        : new FencedException("node=" + self.nodeId() + " epoch=" + nodeEpoch
                                                + ": was fenced: another process has registered the node, epoch "
                                                + node().epoch())),
                        with.context());
    }

    private ObjectWriter writer() {
        return with.writerOfEpoch().apply(nodeEpoch);
    }

    /** Stops the recovery at its next step. On the context. */
    public void abandon() {
        abandoned = true;
    }

    private void step(String name) {
        if (abandoned) {
            throw new StoreClosedException("node=" + self.nodeId() + ": recovery abandoned, the store is closed");
        }
        with.runtime().step(self.steps() + "." + name);
    }

    private CompletableFuture<Void> attachAndFence(RecoveryPlan.Step step) {
        WalDescriptor descriptor = step.generation().descriptor();
        return attach(step.generation())
                .thenComposeAsync(
                        medium -> {
                            stepMedia.add(medium);
                            return step.generation().isSealed()
                                    ? CompletableFuture.completedFuture(null)
                                    : medium.fence(descriptor, with.plan().fenceFrom(step));
                        },
                        with.context());
    }

    private CompletableFuture<List<Long>> replayAll(List<RecoveryPlan.Step> steps, RecoveredSegments segments) {
        List<Long> ends = new ArrayList<>();
        CompletableFuture<Void> replayed = CompletableFuture.completedFuture(null);
        for (int i = 0; i < steps.size(); i++) {
            RecoveryPlan.Step step = steps.get(i);
            WalMedium medium = stepMedia.get(i);
            replayed = replayed.thenComposeAsync(
                    nothing -> medium.replay(step.generation().descriptor(), step.after())
                            .thenComposeAsync(
                                    replay -> new ReplayPump(
                                                    with.context(), () -> step("replayed"), step, replay, segments)
                                            .run(),
                                    with.context())
                            .thenAccept(end -> ends.add(with.plan().settle(step, end))),
                    with.context());
        }
        return replayed.thenApply(nothing -> ends);
    }

    private CompletableFuture<Void> seal(List<RecoveryPlan.Step> steps, List<Long> ends) {
        List<Command> seals = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Generation generation = steps.get(i).generation();
            if (!generation.isSealed()) {
                seals.add(new Command.SealGeneration(self.nodeId(), nodeEpoch, generation.walEpoch(), ends.get(i)));
            }
        }
        return submitAll(seals, "sealed").thenApply(done -> null);
    }

    /** Runs before the commit, after which no recovery would find these records [R37]. */
    private CompletableFuture<Void> quarantine(List<UploadedObject> kept) {
        if (kept.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return submitAll(List.of(new Command.QuarantineRecords(self.nodeId(), nodeEpoch, kept)), "quarantined")
                .thenAccept(accepted -> {
                    writer().keys()
                            .release(kept.stream().map(UploadedObject::key).toList());
                    kept.forEach(object -> object.ranges().forEach(range -> quarantined.add(range.streamId())));
                    quarantined.forEach(this::tellQuarantined);
                });
    }

    private void tellQuarantined(long streamId) {
        Quarantine quarantine = with.metadata().view().quarantine(streamId);
        StreamMetadata stream = with.metadata().view().stream(streamId);
        if (quarantine != null && stream != null) {
            LOG.error("node={}: {}", self.nodeId(), quarantine.describe(stream.committedEnd()));
        }
    }

    private CompletableFuture<Void> commit(List<RecoveredSegments.Recovered> recovered) {
        List<Command> commits = new ArrayList<>();
        for (Iterator<RecoveredSegments.Recovered> all = recovered.iterator(); all.hasNext(); ) {
            RecoveredSegments.Recovered part = all.next();
            commits.add(new Command.CommitUpload(
                    self.nodeId(),
                    nodeEpoch,
                    part.from(),
                    part.to(),
                    part.objects(),
                    with.plan().closesStreams(!all.hasNext())));
        }
        return submitAll(commits, "committed").thenAccept(accepted -> {
            streamsClosed = accepted.get(accepted.size() - 1).value();
            KeysInFlight keys = writer().keys();
            recovered.forEach(part -> keys.release(
                    part.objects().stream().map(UploadedObject::key).toList()));
        });
    }

    private CompletableFuture<Void> releaseFinished() {
        List<Generation> finished = FinishedWals.of(node());
        FinishedWals done = new FinishedWals(with, wals, this::attach);
        return forEach(finished, done::release)
                .thenComposeAsync(
                        nothing -> submitAll(
                                finished.stream()
                                        .<Command>map(g ->
                                                new Command.RemoveGeneration(self.nodeId(), nodeEpoch, g.walEpoch()))
                                        .toList(),
                                "released"),
                        with.context())
                .thenApply(removed -> null);
    }

    /** Returns the accepted results; runs the step when all commands were accepted. */
    private CompletableFuture<List<CommandResult.Accepted>> submitAll(List<Command> commands, String step) {
        if (commands.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return with.metadata()
                .submitAll(commands)
                .thenApplyAsync(
                        results -> {
                            List<CommandResult.Accepted> accepted = results.stream()
                                    .map(CommandResult::accepted)
                                    .toList();
                            step(step);
                            return accepted;
                        },
                        with.context());
    }

    private <T> CompletableFuture<Void> forEach(List<T> items, Function<T, CompletableFuture<?>> action) {
        CompletableFuture<@Nullable Object> done = CompletableFuture.completedFuture(null);
        for (T item : items) {
            done = done.thenComposeAsync(before -> action.apply(item).thenApply(any -> null), with.context());
        }
        return done.thenApply(any -> null);
    }
}
