package io.s3stream.core.snapshot;

import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.MetadataListener;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataWatch;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.ChangedIds;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.TrackedState;
import io.s3stream.core.stream.CommitWatch;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Freezes the metadata when a snapshot is asked for, and after each change while there are watches. The first snapshot
 * visits all streams, on this context. Each later one visits the streams that have changed, on the metadata's context. All
 * state belongs to the serial context.
 */
@SuppressWarnings("ReferenceEquality") // identity is meant
public final class MetadataFeed {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataFeed.class);

    /** Without watches, the last snapshot is kept this long for the next one. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private static final Duration RETRY = Duration.ofMillis(200);

    /** More changed streams between two snapshots cost as much as a new beginning. */
    private static final int MAX_CHANGED = 100_000;

    private static final Difference NOTHING = new Difference(List.of(), Set.of());

    /** The result of a task on the metadata's context. */
    private sealed interface Step {}

    /** A snapshot, and its difference to the one before; null after a new beginning. */
    private record Frozen(FrozenMetadata metadata, @Nullable Difference difference) implements Step {}

    /** The changes of this state were not recorded so far, and are recorded from now on. */
    private record Unrecorded(TrackedState state) implements Step {}

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MetadataClient metadata;
    private final CommitWatch commits;
    private final Function<FrozenMetadata, MetadataSnapshot> toApi;
    private final List<Watch> watches = new ArrayList<>();
    private final List<CompletableFuture<FrozenMetadata>> waiting = new ArrayList<>();
    private List<CompletableFuture<FrozenMetadata>> served = List.of();
    private @Nullable FrozenMetadata latest;
    private @Nullable Timer forgetting;
    private boolean isFreezing;
    /** Whether the metadata may have changed since the freeze in progress began. */
    private boolean isStale;
    /** Whether there are watches, for the metadata's context. */
    private volatile boolean isWatched;

    private @Nullable StreamException ended;

    /**
     * @param context for visits of all streams
     * @param commits asks for commits of other nodes while there are watches
     * @param toApi converts a snapshot for the host
     */
    public MetadataFeed(
            EngineRuntime runtime,
            SerialContext context,
            MetadataClient metadata,
            CommitWatch commits,
            Function<FrozenMetadata, MetadataSnapshot> toApi) {
        this.runtime = runtime;
        this.context = context;
        this.metadata = metadata;
        this.commits = commits;
        this.toApi = toApi;
        context.onFailure(thrown -> ended(Failures.asStreamException("snapshots of the metadata", thrown)));
        metadata.onApplied(this::applied);
    }

    /** Completes on the context with a snapshot of the state that this process has applied, or of a later one. */
    public CompletableFuture<MetadataSnapshot> snapshot() {
        CompletableFuture<FrozenMetadata> frozen = new CompletableFuture<>();
        context.execute(() -> {
            StreamException reason = ended;
            if (reason != null) {
                frozen.completeExceptionally(reason);
            } else {
                waiting.add(frozen);
                freeze();
            }
        });
        return frozen.thenApply(toApi);
    }

    /** Begins a watch. Its first update has the snapshot of the state that this process has applied. */
    public MetadataWatch watch(String prefix, MetadataListener listener) {
        Watch watch = new Watch(
                prefix, listener, runtime.listeners(), toApi, closed -> context.execute(() -> forget(closed)));
        context.execute(() -> begin(watch));
        return watch;
    }

    private void begin(Watch watch) {
        if (ended != null) {
            watch.end();
            return;
        }
        watches.add(watch);
        isWatched = true;
        commits.follow(true);
        freeze();
    }

    private void forget(Watch watch) {
        watches.remove(watch);
        if (watches.isEmpty()) {
            isWatched = false;
            commits.follow(false);
            forgetLater();
        }
    }

    /** Ends all watches and fails pending snapshots, because the store has ended. Callable from any thread. */
    public void end(StreamException reason) {
        context.execute(() -> ended(reason));
    }

    private void ended(StreamException reason) {
        if (ended != null) {
            return;
        }
        ended = reason;
        isWatched = false;
        commits.follow(false);
        watches.forEach(Watch::end);
        watches.clear();
        latest = null;
        if (forgetting != null) {
            forgetting.cancel();
        }
        fail(waiting, reason);
        fail(served, reason);
    }

    private static void fail(List<CompletableFuture<FrozenMetadata>> futures, Throwable reason) {
        List.copyOf(futures).forEach(future -> future.completeExceptionally(reason));
    }

    /** Called on the metadata's context. */
    private void applied() {
        if (isWatched) {
            context.execute(() -> {
                if (!watches.isEmpty()) {
                    freeze();
                }
            });
        }
    }

    private void freeze() {
        isStale = true;
        if (isFreezing || ended != null) {
            return;
        }
        isFreezing = true;
        isStale = false;
        served = List.copyOf(waiting);
        waiting.clear();
        FrozenMetadata before = latest;
        settle(metadata.<Step>between(state -> before == null ? track(state) : advance(before, state)))
                .whenComplete((frozen, error) -> context.execute(() -> frozen(before, frozen, error)));
    }

    private static Step advance(FrozenMetadata before, TrackedState state) {
        ChangedIds changed = state.takeChanges();
        if (changed == null) {
            return track(state);
        }
        FrozenMetadata next = Freezer.advanced(before, state, changed);
        return new Frozen(next, Difference.of(before, next, changed.streams(), changed.nodes()));
    }

    private static Step track(TrackedState state) {
        state.track(MAX_CHANGED);
        return new Unrecorded(state);
    }

    private CompletableFuture<Frozen> settle(CompletableFuture<Step> step) {
        return step.thenComposeAsync(
                result -> result instanceof Unrecorded from
                        ? beginAnew(from.state())
                        : CompletableFuture.completedFuture((Frozen) result),
                context);
    }

    /** Visits all streams while commits continue, then repeats the visit for the streams that have changed. */
    private CompletableFuture<Frozen> beginAnew(TrackedState state) {
        FrozenMetadata base = Freezer.base(state);
        return settle(metadata.<Step>between(present -> {
            ChangedIds changed = present == state ? present.takeChanges() : null;
            return changed == null ? track(present) : new Frozen(Freezer.advanced(base, present, changed), null);
        }));
    }

    private void frozen(@Nullable FrozenMetadata before, @Nullable Frozen frozen, @Nullable Throwable error) {
        isFreezing = false;
        List<CompletableFuture<FrozenMetadata>> callers = served;
        served = List.of();
        if (ended != null) {
            return;
        }
        if (frozen == null) {
            failed(callers, error);
            return;
        }
        FrozenMetadata now = frozen.metadata();
        Difference difference;
        try {
            difference = differenceOf(before, frozen);
        } catch (Throwable e) { // no memory for the comparison of all streams
            failed(callers, e);
            return;
        }
        latest = now;
        callers.forEach(caller -> caller.complete(now));
        watches.forEach(watch -> watch.changed(now, difference));
        if (isStale || !waiting.isEmpty()) {
            freeze();
        } else {
            forgetLater();
        }
    }

    private static Difference differenceOf(@Nullable FrozenMetadata before, Frozen frozen) {
        Difference known = frozen.difference();
        if (known != null) {
            return known;
        }
        return before == null ? NOTHING : Difference.ofAll(before, frozen.metadata());
    }

    /** The recorded ids may be lost, so the next snapshot is compared with the last one as a whole. */
    private void failed(List<CompletableFuture<FrozenMetadata>> callers, @Nullable Throwable error) {
        StreamException reason = Failures.asStreamException("snapshot of the metadata", error);
        fail(callers, reason);
        if (metadata.stopped().isDone()) {
            ended(reason);
            return;
        }
        LOG.warn("a snapshot of the metadata failed; watches continue with the next one", reason);
        stopRecording();
        if (!watches.isEmpty() || !waiting.isEmpty()) {
            runtime.schedule(RETRY, context, this::freeze);
        }
    }

    private void stopRecording() {
        metadata.between(state -> {
            state.track(0);
            return state.sequence();
        });
    }

    private void forgetLater() {
        if (forgetting != null) {
            forgetting.cancel();
            forgetting = null;
        }
        if (watches.isEmpty() && latest != null && ended == null) {
            forgetting = runtime.schedule(KEPT, context, () -> {
                if (watches.isEmpty() && !isFreezing) {
                    latest = null;
                    stopRecording();
                }
            });
        }
    }
}
