package io.s3stream.core.recovery;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.upload.KeysInFlight;
import io.s3stream.core.upload.ObjectGrouping;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.core.wal.OpenWal;
import io.s3stream.core.wal.WalMedia;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a node, in this order: (0) lock the media of its unsealed generations and the one to be used; (1) register,
 * conditional on exactly those generations [R11], which freezes the committed position; (2) fence [R5, R12]; (3) replay
 * [R3]; (4) seal [R6]; (5) commit what was replayed and close the node's streams, then begin a new generation. Used once,
 * on one serial context.
 */
public final class NodeOpener {

    private static final Logger LOG = LoggerFactory.getLogger(NodeOpener.class);
    private static final int REGISTER_ATTEMPTS = 8;

    /** What an opening needs of the engine. */
    public record Collaborators(
            EngineRuntime runtime,
            SerialContext context,
            MetadataClient metadata,
            SlabPool slabs,
            ObjectGrouping grouping,
            LongFunction<ObjectWriter> writerOfEpoch) {}

    /**
     * The WALs there are.
     *
     * @param uri of the one to write
     * @param fallback of the one to go on with when that fails
     */
    public record Wals(
            List<WalProvider> providers,
            WalContext context,
            URI uri,
            @Nullable URI fallback) {}

    private final Collaborators with;
    private final RecoveryPlan plan;
    private final URI walUri;
    private final @Nullable URI fallbackUri;
    private final UUID session;
    private final long segmentBytes;

    private final int nodeId;
    private final WalMedia media;
    private final List<WalMedium> stepMedia = new ArrayList<>();
    private long nodeEpoch;

    /**
     * @param session recognises this registration after a lost response
     * @param segmentBytes how much is replayed before it is written as objects
     */
    public NodeOpener(Collaborators with, RecoveryPlan plan, Wals wals, UUID session, long segmentBytes) {
        this.with = with;
        this.plan = plan;
        this.walUri = wals.uri();
        this.fallbackUri = wals.fallback();
        this.session = session;
        this.segmentBytes = segmentBytes;
        this.nodeId = wals.context().nodeId();
        this.media = new WalMedia(wals.providers(), wals.context());
        if (fallbackUri != null && media.mediumId(fallbackUri).equals(media.mediumId(walUri))) {
            throw new InvalidRequestException("walFallback=" + fallbackUri + ": is the same medium as wal=" + walUri);
        }
    }

    /** Completes on the context; after a failure all locks are free again. */
    public CompletableFuture<OpenedNode> open() {
        return register(REGISTER_ATTEMPTS)
                .thenComposeAsync(nothing -> recover(), with.context())
                .thenComposeAsync(nothing -> beginGeneration(), with.context())
                .whenCompleteAsync(
                        (opened, error) -> {
                            if (error != null) {
                                media.close();
                            }
                        },
                        with.context());
    }

    private NodeMetadata node() {
        NodeMetadata node = with.metadata().view().node(nodeId);
        return node != null ? node : new NodeMetadata(nodeId, 0, CommittedPosition.NONE, List.of());
    }

    /** Steps 0 and 1; again from the start when the generations changed in between. */
    private CompletableFuture<Void> register(int attemptsLeft) {
        List<Generation> generations = node().generations();
        return lock(generations)
                .thenComposeAsync(
                        nothing -> {
                            with.runtime().step("open.locked");
                            return with.metadata()
                                    .submit(new Command.RegisterNode(
                                            nodeId,
                                            session,
                                            generations.stream()
                                                    .map(g -> new Command.GenerationKey(g.walEpoch(), g.isSealed()))
                                                    .toList()));
                        },
                        with.context())
                .handleAsync(
                        (accepted, error) -> {
                            if (error == null) {
                                nodeEpoch = accepted.value();
                                with.runtime().step("open.registered");
                                return CompletableFuture.<Void>completedFuture(null);
                            }
                            boolean changed = Failures.unwrap(error) instanceof ConflictException
                                    && !generations.equals(node().generations());
                            if (!changed || attemptsLeft == 0) {
                                return CompletableFuture.<Void>failedFuture(error);
                            }
                            media.closeAllBut(Set.of());
                            return register(attemptsLeft - 1);
                        },
                        with.context())
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Void> lock(List<Generation> generations) {
        CommittedPosition committed = node().committed();
        CompletableFuture<?> locked = CompletableFuture.completedFuture(null);
        for (Generation generation : generations) {
            boolean finished = generation.isSealed() && generation.sealedEnd().getAsLong() <= committed.sequence();
            if (!finished) {
                URI uri = presentUri(generation);
                locked = locked.thenComposeAsync(before -> media.attach(uri, AttachMode.EXISTING), with.context());
            }
        }
        return locked.thenComposeAsync(before -> media.attach(walUri, AttachMode.CREATE), with.context())
                .thenComposeAsync(
                        medium -> fallbackUri == null
                                ? CompletableFuture.completedFuture(medium)
                                : media.attach(fallbackUri, AttachMode.CREATE),
                        with.context())
                .thenApply(medium -> null);
    }

    /** A medium that is used again is attached with the options of today. */
    private URI presentUri(Generation generation) {
        URI then = generation.descriptor().uri();
        String mediumId = media.mediumId(then);
        if (mediumId.equals(media.mediumId(walUri))) {
            return walUri;
        }
        return fallbackUri != null && mediumId.equals(media.mediumId(fallbackUri)) ? fallbackUri : then;
    }

    /** Steps 2 to 5 of every generation that may hold frames. */
    private CompletableFuture<Void> recover() {
        List<RecoveryPlan.Step> steps = plan.steps(node());
        CommittedPosition committed = node().committed();
        ObjectWriter writer = with.writerOfEpoch().apply(nodeEpoch);
        RecoveredSegments segments = new RecoveredSegments(
                new RecoveredSegments.Tools(with.slabs(), writer, with.grouping(), with.metadata()),
                segmentBytes,
                committed);
        return forEach(steps, this::attachAndFence)
                .thenComposeAsync(
                        nothing -> {
                            with.runtime().step("open.fenced");
                            return replayAll(steps, segments);
                        },
                        with.context())
                .thenComposeAsync(ends -> seal(steps, ends), with.context())
                .thenComposeAsync(nothing -> segments.finish(), with.context())
                .thenComposeAsync(this::commit, with.context())
                .thenComposeAsync(nothing -> release(), with.context())
                .whenCompleteAsync((done, error) -> segments.abort(), with.context());
    }

    private CompletableFuture<Void> attachAndFence(RecoveryPlan.Step step) {
        WalDescriptor descriptor = step.generation().descriptor();
        return media.attach(presentUri(step.generation()), AttachMode.EXISTING)
                .thenComposeAsync(
                        medium -> {
                            stepMedia.add(medium);
                            long from = Math.max(
                                    step.after().sequence() + 1,
                                    step.generation().firstSequence());
                            return step.generation().isSealed()
                                    ? CompletableFuture.completedFuture(null)
                                    : medium.fence(descriptor, from);
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
                                    replay -> new ReplayPump(with, step, replay, segments).run(), with.context())
                            .thenAccept(end -> ends.add(plan.settle(step, end))),
                    with.context());
        }
        return replayed.thenApply(nothing -> ends);
    }

    private CompletableFuture<Void> seal(List<RecoveryPlan.Step> steps, List<Long> ends) {
        List<Command> seals = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Generation generation = steps.get(i).generation();
            if (!generation.isSealed()) {
                seals.add(new Command.SealGeneration(nodeId, nodeEpoch, generation.walEpoch(), ends.get(i)));
            }
        }
        return submitAll(seals, "open.sealed");
    }

    private CompletableFuture<Void> commit(List<RecoveredSegments.Recovered> recovered) {
        List<Command> commits = new ArrayList<>();
        for (Iterator<RecoveredSegments.Recovered> all = recovered.iterator(); all.hasNext(); ) {
            RecoveredSegments.Recovered part = all.next();
            commits.add(new Command.CommitUpload(
                    nodeId, nodeEpoch, part.from(), part.to(), part.objects(), !all.hasNext()));
        }
        return submitAll(commits, "open.committed").thenAccept(done -> {
            KeysInFlight keys = with.writerOfEpoch().apply(nodeEpoch).keys();
            recovered.forEach(part -> keys.release(
                    part.objects().stream().map(UploadedObject::key).toList()));
        });
    }

    private CompletableFuture<Void> release() {
        NodeMetadata node = node();
        List<Generation> finished = node.generations().stream()
                .filter(g -> g.isSealed()
                        && g.sealedEnd().getAsLong() <= node.committed().sequence())
                .toList();
        return forEach(
                        finished,
                        generation -> Failures.answerOf(() -> media.attach(presentUri(generation), AttachMode.EXISTING))
                                .thenCompose(medium -> medium.release(generation.descriptor()))
                                .exceptionally(error -> {
                                    LOG.warn(
                                            "wal={}: released without its medium: {}",
                                            generation.descriptor().uri(),
                                            error.toString());
                                    return null;
                                }))
                .thenComposeAsync(
                        nothing -> submitAll(
                                finished.stream()
                                        .<Command>map(
                                                g -> new Command.RemoveGeneration(nodeId, nodeEpoch, g.walEpoch()))
                                        .toList(),
                                "open.released"),
                        with.context());
    }

    private CompletableFuture<OpenedNode> beginGeneration() {
        long firstSequence = node().committed().sequence() + 1;
        return media.attach(walUri, AttachMode.CREATE)
                .thenComposeAsync(
                        medium -> medium.prepare(nodeEpoch << 16)
                                .thenComposeAsync(
                                        descriptor -> {
                                            with.runtime().step("open.prepared");
                                            return with.metadata()
                                                    .submit(new Command.OpenGeneration(
                                                            nodeId, nodeEpoch, descriptor, firstSequence))
                                                    .thenComposeAsync(
                                                            accepted -> opened(medium, descriptor, firstSequence),
                                                            with.context());
                                        },
                                        with.context()),
                        with.context());
    }

    private CompletableFuture<OpenedNode> opened(WalMedium medium, WalDescriptor descriptor, long firstSequence) {
        return fallbackFrameBytes()
                .thenApplyAsync(
                        fallbackFrameBytes -> {
                            String mediumId = media.mediumId(walUri);
                            media.closeAllBut(
                                    fallbackUri == null
                                            ? Set.of(mediumId)
                                            : Set.of(mediumId, media.mediumId(fallbackUri)));
                            with.runtime().step("open.ready");
                            return new OpenedNode(
                                    nodeEpoch,
                                    new OpenWal(
                                            mediumId,
                                            medium,
                                            medium.create(descriptor, firstSequence),
                                            descriptor,
                                            firstSequence),
                                    media,
                                    Math.min(descriptor.maxFrameBytes(), fallbackFrameBytes),
                                    node().committed());
                        },
                        with.context());
    }

    private CompletableFuture<Integer> fallbackFrameBytes() {
        return fallbackUri == null
                ? CompletableFuture.completedFuture(Integer.MAX_VALUE)
                : media.attach(fallbackUri, AttachMode.CREATE)
                        .thenComposeAsync(WalMedium::maxFrameBytes, with.context());
    }

    private CompletableFuture<Void> submitAll(List<Command> commands, String step) {
        if (commands.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return with.metadata()
                .submitAll(commands)
                .thenAcceptAsync(
                        results -> {
                            for (CommandResult result : results) {
                                if (result instanceof CommandResult.Refused refused) {
                                    throw Failures.ofKind(refused.kind(), refused.message());
                                }
                            }
                            with.runtime().step(step);
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
