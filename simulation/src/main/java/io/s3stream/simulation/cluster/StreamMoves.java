package io.s3stream.simulation.cluster;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamException;
import io.s3stream.simulation.ScenarioRewrites;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.simulation.linear.Holder;
import io.s3stream.simulation.linear.Operation;
import io.s3stream.simulation.linear.OperationLog;
import io.s3stream.testkit.sim.Simulator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Streams that are opened, closed, moved to another node and deleted. Owner of nothing. */
final class StreamMoves {

    private final Simulator simulator;
    private final Findings findings;
    private final Ledgers ledgers;
    private final ClientCalls calls;
    private final ScenarioRewrites rewrites;

    StreamMoves(Simulator simulator, Findings findings, Ledgers ledgers, ClientCalls calls) {
        this.simulator = simulator;
        this.findings = findings;
        this.ledgers = ledgers;
        this.calls = calls;
        this.rewrites = new ScenarioRewrites(simulator, findings);
    }

    /** Any node rewrites a closed stream; the owner rewrites an open one. Other nodes are refused. */
    void rewrite(ClusterProcess process, StreamStore store, String name) {
        OpenStream owned = calls.any(process.owned().values());
        if (owned != null && simulator.chance(0.6)) {
            rewrite(process, store, owned.id());
        } else {
            calls.guarded(store.findStream(name), found -> found.ifPresent(info -> rewrite(process, store, info.id())));
        }
    }

    private void rewrite(ClusterProcess process, StreamStore store, long id) {
        StreamHistory history = ledgers.of(id).history();
        history.rewrites().hasOtherReaders();
        rewrites.rewrite(process.sim(), store, history);
    }

    /** Creates the stream, unless it exists, and opens it. */
    void open(ClusterProcess process, StreamStore store, String name) {
        calls.guarded(calls.careless(store.createStream(CreateOptions.named(name))), id -> open(process, store, id));
    }

    @SuppressWarnings("ReferenceEquality") // the store and the handle themselves, not equal ones
    private void open(ClusterProcess process, StreamStore store, long id) {
        if (process.owned().containsKey(id) || process.usable() != store) {
            return;
        }
        Ledgers.Ledger ledger = ledgers.of(id);
        StreamHistory.Bounds since = ledger.history().bounds();
        Holder holder = ledger.newHolder(process);
        OperationLog.Call call = ledger.log().begin(new Operation.OpenUnheard(holder));
        process.onEnd(() -> ledger.log().expired(call));
        Runnable storeCloses = () -> {
            OperationLog.Call close = ledger.log().begin(new Operation.Close(holder));
            process.onEnd(() -> ledger.log().expired(close));
        };
        process.opening(storeCloses);
        CompletableFuture<Stream> opened = calls.careless(store.openStream(id, OpenOptions.owner()));
        findings.expectAnswer("open of a stream", process.sim(), opened);
        opened.whenComplete((stream, error) -> findings.guard(() -> {
            process.openingIsOver(storeCloses);
            if (error != null && Findings.isCallerGone(error)) {
                storeCloses.run(); // the store opens the stream without a receiver
                return;
            }
            if (error != null) {
                refusedOpen(ledger, call, error);
                return;
            }
            OpenStream present = process.newest(id);
            if (present != null && present.stream() == stream) {
                ledger.log().notDone(call); // the handle of an earlier opening
                if (process.held(id) == present) {
                    simulator.count("stream was open");
                    process.owns(present);
                } else {
                    simulator.count("stream was open and is closing"); // closed between the answer and its arrival
                }
                return;
            }
            simulator.count("stream opened");
            ledger.log()
                    .done(
                            call,
                            new Operation.Open(
                                    holder,
                                    stream.epoch(),
                                    stream.startOffset(),
                                    stream.confirmOffset(),
                                    stream.isSealed()));
            StreamHistory.Handle handle = ledger.history().opened(since, stream.startOffset(), stream.confirmOffset());
            ledger.history().openedAs(stream.isSealed(), stream.confirmOffset());
            OpenStream open = new OpenStream(process, stream, ledger, handle, holder, true);
            process.owns(open);
            stream.closed().thenAccept(reason -> process.forget(open));
        }));
    }

    private void refusedOpen(Ledgers.Ledger ledger, OperationLog.Call call, Throwable error) {
        findings.rejectCorruption(error);
        if (Findings.unwrap(error) instanceof StreamException known) {
            simulator.count("stream open refused " + known.kind());
            if (known.kind() == StreamException.Kind.CONFLICT || known.kind() == StreamException.Kind.NOT_FOUND) {
                ledger.log().notDone(call);
            }
        }
    }

    /** Closes the stream here and opens it in another process. */
    void move(@Nullable OpenStream open, List<ClusterProcess> usable) {
        CompletableFuture<Void> closed = close(open);
        if (open == null || closed == null) {
            return;
        }
        ClusterProcess there = usable.get(simulator.random().nextInt(usable.size()));
        closed.thenRun(() -> {
            StreamStore store = there.usable();
            if (store != null) {
                simulator.count("moved");
                calls.guarded(CompletableFuture.completedFuture(open.id()), id -> open(there, store, id));
            }
        });
    }

    @Nullable
    CompletableFuture<Void> close(@Nullable OpenStream open) {
        if (open == null) {
            return null;
        }
        open.process().forget(open);
        OperationLog.Call call = open.closes();
        CompletableFuture<Void> closed = calls.careless(open.stream().close());
        findings.expectAnswer("close of a stream", open.process().sim(), closed);
        calls.guarded(closed, done -> {
            simulator.count("stream closed");
            open.ledger().log().done(call);
        });
        return closed;
    }

    /** Seals a stream that the process owns, or any other stream, open or closed. */
    void seal(ClusterProcess process, StreamStore store, String name) {
        OpenStream open = calls.any(process.owned().values());
        if (open != null && simulator.chance(0.7)) {
            open.ledger().history().sealRequested(open.handle());
            seal(process, store, open.id(), open.holder());
        } else {
            calls.guarded(
                    store.findStream(name),
                    found -> found.filter(info -> !process.owned().containsKey(info.id()))
                            .ifPresent(info -> seal(process, store, info.id(), null)));
        }
    }

    private void seal(ClusterProcess process, StreamStore store, long id, @Nullable Holder holder) {
        Ledgers.Ledger ledger = ledgers.of(id);
        OperationLog.Call call = ledger.log().begin(new Operation.Seal(holder));
        process.onEnd(() -> ledger.log().expired(call));
        CompletableFuture<Void> sealed = calls.careless(store.seal(id));
        findings.expectAnswer("seal", process.sim(), sealed);
        sealed.whenComplete((done, error) -> findings.guard(() -> {
            if (error == null) {
                simulator.count("stream sealed");
                ledger.log().done(call);
                sealedAt(store, id, ledger);
            } else if (!Findings.isCallerGone(error)) {
                findings.rejectCorruption(error);
                simulator.count("seal failed");
            }
        }));
    }

    /** A stream that is sealed is committed to its end. */
    private void sealedAt(StreamStore store, long id, Ledgers.Ledger ledger) {
        calls.guarded(
                store.describeStream(id),
                found -> found.ifPresent(info -> {
                    if (!info.sealed()) {
                        throw new HistoryViolation("stream=" + id + " is not sealed after its seal");
                    }
                    ledger.history().sealed(info.committedEnd());
                }));
    }

    void delete(ClusterProcess process, StreamStore store) {
        OpenStream open = calls.any(process.owned().values());
        if (open != null) {
            delete(store, open);
        }
    }

    void delete(StreamStore store, OpenStream open) {
        open.process().forget(open);
        open.ledger().history().deleteRequested();
        open.closes();
        simulator.count("stream delete");
        calls.guarded(calls.careless(store.deleteStream(open.id())), done -> {});
    }
}
