package io.s3stream.testkit.wal.scenario;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.testkit.wal.scenario.WalHistory.Recovered;
import io.s3stream.testkit.wal.scenario.WalMetadata.Committed;
import io.s3stream.testkit.wal.scenario.WalMetadata.Generation;
import io.s3stream.testkit.wal.scenario.WalMetadata.View;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Opens the node as the engine does: attach the media of unsealed generations; register, conditional on these
 * generations; fence; replay; seal; commit; release; begin a generation. Used once, on the opener's context.
 */
final class WalOpening {

    private static final long UPLOAD_NANOS = 5_000_000;
    private static final int ATTEMPTS = 10;

    private final WalOpener opener;
    private final SerialContext context;
    private final URI uri;
    private final List<Recovered> found = new ArrayList<>();
    private final Map<Long, Long> ends = new HashMap<>();

    /** The view after the registration. */
    private View view;

    private Committed committed;
    private @Nullable WalDescriptor standby;

    WalOpening(WalOpener opener) {
        this.opener = opener;
        this.context = opener.context();
        List<URI> uris = opener.shared().wal().uris();
        this.uri = uris.get(opener.simulator().random().nextInt(uris.size()));
        this.view = opener.metadata().now();
        this.committed = view.committed();
    }

    CompletableFuture<WalWriter> open() {
        return register(ATTEMPTS)
                .thenComposeAsync(nothing -> prepareStandby(), context)
                .thenComposeAsync(nothing -> fenceAll(), context)
                .thenComposeAsync(nothing -> replayAll(), context)
                .thenComposeAsync(nothing -> settle(), context)
                .thenComposeAsync(nothing -> begin(), context);
    }

    // ---- steps 0 and 1 ----

    private CompletableFuture<Void> register(int attempts) {
        return opener.metadata()
                .read(opener.node())
                .thenComposeAsync(before -> attachAndRegister(before, attempts), context);
    }

    private CompletableFuture<Void> attachAndRegister(View before, int attempts) {
        List<Generation> unfinished = before.generations().stream()
                .filter(g -> isNeeded(g, before.committed()))
                .toList();
        return forEach(unfinished, g -> opener.attach(g.descriptor().uri(), AttachMode.EXISTING))
                .thenComposeAsync(nothing -> opener.attach(uri, AttachMode.CREATE), context)
                .thenComposeAsync(
                        medium -> {
                            opener.node().step("open.attached");
                            return opener.metadata().change(opener.node(), "register", present -> {
                                if (!keys(present).equals(keys(before))) {
                                    throw new ConflictException("the generations have changed");
                                }
                                return present.withEpoch(present.nodeEpoch() + 1);
                            });
                        },
                        context)
                .thenAcceptAsync(
                        after -> {
                            opener.registered(after.nodeEpoch());
                            view = after;
                            boolean right = opener.shared().order().readsCommittedAfterRegistration();
                            committed = right ? after.committed() : before.committed();
                        },
                        context)
                .exceptionallyComposeAsync(
                        error -> {
                            if (opener.nodeEpoch() > 0
                                    || attempts == 0
                                    || !"the generations have changed"
                                            .equals(WalOpener.unwrap(error).getMessage())) {
                                return CompletableFuture.failedFuture(error);
                            }
                            opener.detachAll();
                            return register(attempts - 1);
                        },
                        context);
    }

    private static List<List<Object>> keys(View view) {
        return view.generations().stream()
                .map(g -> List.<Object>of(g.walEpoch(), g.firstSequence(), g.sealedEnd()))
                .toList();
    }

    private static boolean isNeeded(Generation generation, Committed committed) {
        return generation.sealedEnd().isEmpty() || generation.sealedEnd().getAsLong() > committed.sequence();
    }

    // ---- a generation that is registered early ----

    /** Registers its own generation before older ones are fenced, if the scenario is eager and the medium has room. */
    private CompletableFuture<Void> prepareStandby() {
        if (!opener.shared().eager() || !opener.simulator().chance(0.5)) {
            return done();
        }
        return opener.attach(uri, AttachMode.CREATE)
                .thenComposeAsync(medium -> medium.prepare(opener.nodeEpoch() << 16), context)
                .thenComposeAsync(
                        descriptor -> opener.change(
                                        "standby",
                                        present -> present.plus(new Generation(
                                                descriptor, WalMetadata.NOT_BEGUN, OptionalLong.empty())))
                                .thenAcceptAsync(
                                        after -> {
                                            opener.simulator().count("standby generation");
                                            standby = descriptor;
                                        },
                                        context),
                        context)
                .exceptionallyComposeAsync(
                        error -> WalOpener.unwrap(error) instanceof ConflictException
                                ? done()
                                : CompletableFuture.failedFuture(error),
                        context);
    }

    // ---- steps 2 and 3 ----

    private CompletableFuture<Void> fenceAll() {
        WalOpeningOrder order = opener.shared().order();
        List<Generation> unsealed =
                view.generations().stream().filter(g -> g.sealedEnd().isEmpty()).toList();
        List<Generation> fenced = new ArrayList<>();
        for (int i = 0; i < unsealed.size(); i++) {
            if (order.isFenced(i, unsealed.size())) {
                fenced.add(unsealed.get(i));
            }
        }
        return forEach(fenced, generation -> {
                    opener.node().step("open.fence");
                    return opener.attached(generation.descriptor())
                            .fence(
                                    generation.descriptor(),
                                    order.fenceFrom(committed.sequence(), generation.firstSequence()));
                })
                .thenRunAsync(
                        () -> {
                            opener.node().step("open.fenced");
                            opener.history().fenced(opener.nodeEpoch());
                        },
                        context);
    }

    private CompletableFuture<Void> replayAll() {
        List<Generation> needed =
                view.generations().stream().filter(g -> isNeeded(g, committed)).toList();
        return forEach(needed, this::replay)
                .thenRunAsync(
                        () -> {
                            if (opener.metadata().now().nodeEpoch() == opener.nodeEpoch()) {
                                opener.history().recovered(opener.nodeEpoch(), committed.sequence(), found);
                            }
                        },
                        context)
                .exceptionallyComposeAsync(
                        error -> WalOpener.unwrap(error) instanceof CorruptedDataException
                                ? fencedOr(error)
                                : CompletableFuture.failedFuture(error),
                        context);
    }

    /**
     * Reads the metadata again before damage is reported: a superseded opener may read space that others have reused.
     */
    private CompletableFuture<Void> fencedOr(Throwable damage) {
        return opener.metadata()
                .read(opener.node())
                .thenCompose(present -> CompletableFuture.failedFuture(
                        present.nodeEpoch() == opener.nodeEpoch()
                                ? damage
                                : new FencedException("superseded while replaying", damage)));
    }

    private long end() {
        return found.isEmpty()
                ? committed.sequence()
                : found.get(found.size() - 1).frame().sequence();
    }

    private CompletableFuture<Void> replay(Generation generation) {
        long first = generation.firstSequence();
        if (first == WalMetadata.NOT_BEGUN) {
            ends.put(generation.walEpoch(), end());
            return done();
        }
        if (first > end() + 1) {
            throw new CorruptedDataException("walEpoch=" + generation.walEpoch() + " begins at sequence " + first
                    + ", but the generations before it end at " + end());
        }
        WalAnchor after = committed.walEpoch() == generation.walEpoch()
                ? committed.anchor()
                : WalFrames.start(generation.descriptor(), first);
        long clip = generation.sealedEnd().orElse(Long.MAX_VALUE);
        opener.node().step("open.replay");
        return opener.attached(generation.descriptor())
                .replay(generation.descriptor(), after)
                .thenComposeAsync(
                        replay -> pump(generation, replay, after.sequence(), clip)
                                .whenComplete((last, error) -> replay.close()),
                        context)
                .thenAcceptAsync(
                        last -> {
                            if (generation.sealedEnd().isPresent() && last < clip) {
                                throw new CorruptedDataException("walEpoch=" + generation.walEpoch()
                                        + ": replay ends at " + last + ", but it was sealed at " + clip);
                            }
                            ends.put(generation.walEpoch(), last);
                        },
                        context);
    }

    private CompletableFuture<Long> pump(Generation generation, Replay replay, long last, long clip) {
        if (last >= clip) {
            return CompletableFuture.completedFuture(last);
        }
        return replay.next()
                .thenComposeAsync(
                        next -> {
                            if (next.isEmpty()) {
                                return CompletableFuture.completedFuture(last);
                            }
                            Replay.ReplayedFrame frame = next.get();
                            found.add(new Recovered(
                                    generation.walEpoch(),
                                    new WalSession.Read(
                                            frame.sequence(),
                                            frame.endPosition(),
                                            frame.checksum(),
                                            WalSession.copy(frame.bytes()))));
                            return pump(generation, replay, frame.sequence(), clip);
                        },
                        context);
    }

    // ---- steps 4 and 5 ----

    private CompletableFuture<Void> settle() {
        return opener.shared().order().sealsBeforeRelease()
                ? seal().thenComposeAsync(nothing -> commit(), context)
                        .thenComposeAsync(nothing -> release(), context)
                        .thenComposeAsync(nothing -> forget(), context)
                : commit().thenComposeAsync(nothing -> release(), context)
                        .thenComposeAsync(nothing -> seal(), context)
                        .thenComposeAsync(nothing -> forget(), context);
    }

    private CompletableFuture<Void> seal() {
        opener.node().step("open.seal");
        return change(
                "seal",
                present -> present.with(present.generations().stream()
                        .map(generation -> {
                            Long end = ends.get(generation.walEpoch());
                            if (end == null || generation.sealedEnd().isPresent()) {
                                return generation;
                            }
                            opener.history().sealed(generation.walEpoch(), end);
                            long first = generation.firstSequence();
                            return generation.sealedAt(first == WalMetadata.NOT_BEGUN ? end + 1 : first, end);
                        })
                        .toList()));
    }

    private CompletableFuture<Void> commit() {
        if (found.isEmpty()) {
            return done();
        }
        Recovered last = found.get(found.size() - 1);
        Committed to = new Committed(last.walEpoch(), last.frame().anchor());
        return opener.elapse(UPLOAD_NANOS)
                .thenComposeAsync(
                        nothing -> {
                            opener.node().step("open.commit");
                            return change("commit", present -> {
                                if (!present.committed().equals(committed)) {
                                    throw new ConflictException(
                                            "committed is " + present.committed() + ", not " + committed);
                                }
                                found.forEach(one -> opener.history()
                                        .committed(
                                                one.frame().sequence() - 1,
                                                one.frame().sequence(),
                                                one.walEpoch()));
                                return present.with(to);
                            });
                        },
                        context);
    }

    private List<Generation> finished() {
        return view.generations().stream()
                .filter(g -> ends.containsKey(g.walEpoch()) || !isNeeded(g, view.committed()))
                .toList();
    }

    /** Releases finished generations. Ignores failures, as the engine does: the medium then keeps unneeded frames. */
    private CompletableFuture<Void> release() {
        return forEach(finished(), generation -> {
            opener.node().step("open.release");
            return opener.attach(generation.descriptor().uri(), AttachMode.EXISTING)
                    .thenComposeAsync(medium -> medium.release(generation.descriptor()), context)
                    .exceptionally(error -> {
                        opener.simulator().count("release failed");
                        return null;
                    });
        });
    }

    private CompletableFuture<Void> forget() {
        List<Long> gone = finished().stream().map(Generation::walEpoch).toList();
        return change(
                "forget",
                present -> present.with(present.generations().stream()
                        .filter(g -> !gone.contains(g.walEpoch()))
                        .toList()));
    }

    private CompletableFuture<WalWriter> begin() {
        long first = view.committed().sequence() + 1;
        WalDescriptor early = standby;
        return opener.attach(uri, AttachMode.CREATE)
                .thenComposeAsync(
                        medium -> early != null
                                ? begin(medium, early, first, true)
                                : medium.prepare(opener.nodeEpoch() << 16)
                                        .thenComposeAsync(fresh -> begin(medium, fresh, first, false), context),
                        context);
    }

    private CompletableFuture<WalWriter> begin(WalMedium medium, WalDescriptor own, long first, boolean registered) {
        opener.node().step("open.prepared");
        return change("begin", present -> {
                    Generation begun = new Generation(own, first, OptionalLong.empty());
                    return registered
                            ? present.with(present.generations().stream()
                                    .map(g -> g.walEpoch() == own.walEpoch() ? begun : g)
                                    .toList())
                            : present.plus(begun);
                })
                .thenApplyAsync(
                        nothing -> {
                            opener.node().step("open.ready");
                            return new WalWriter(opener, medium.create(own, first), own, first, view.committed());
                        },
                        context);
    }

    private CompletableFuture<Void> change(String name, UnaryOperator<View> change) {
        return opener.change(name, change).thenAcceptAsync(after -> view = after, context);
    }

    private <T> CompletableFuture<Void> forEach(List<T> items, Function<T, CompletableFuture<?>> action) {
        CompletableFuture<Void> done = done();
        for (T item : items) {
            done = done.thenComposeAsync(before -> action.apply(item).thenApply(any -> null), context);
        }
        return done;
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
