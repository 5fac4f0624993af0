package io.s3stream.simulation.cluster;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.simulation.FinalVerifier;
import io.s3stream.simulation.Findings;
import io.s3stream.simulation.HistoryViolation;
import io.s3stream.simulation.PositionCheck;
import io.s3stream.simulation.StreamHistory;
import io.s3stream.simulation.linear.Batch;
import io.s3stream.simulation.linear.Holder;
import io.s3stream.simulation.linear.Operation;
import io.s3stream.simulation.linear.OperationLog;
import io.s3stream.testkit.sim.Simulator;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What clients ask of the nodes. Everything that is answered goes to the ledgers. Owner of nothing. */
final class ClusterActions {

    private static final int MAX_READERS = 4;
    /** More than a frame is meant to have, and no more than one may have. */
    private static final int MAX_GROUP_BYTES = 36_000;

    private final Simulator simulator;
    private final SwarmConfig config;
    private final Findings findings;
    private final FinalVerifier verifier;
    private final Ledgers ledgers;
    private final ClusterNodes nodes;

    ClusterActions(
            ClusterNodes.World world, Findings findings, FinalVerifier verifier, Ledgers ledgers, ClusterNodes nodes) {
        this.simulator = world.simulator();
        this.config = world.config();
        this.findings = findings;
        this.verifier = verifier;
        this.ledgers = ledgers;
        this.nodes = nodes;
    }

    private RandomGenerator random() {
        return simulator.random();
    }

    /** Asks somebody for something. */
    void act(SwarmConfig.Action action) {
        List<ClusterProcess> usable = nodes.usable();
        if (usable.isEmpty()) {
            return;
        }
        ClusterProcess process = pick(action, usable);
        StreamStore store = Objects.requireNonNull(process.usable());
        switch (action) {
            case APPEND -> append(process);
            case APPEND_ALL -> appendAll(process, store);
            case FETCH -> fetch(any(process.owned().values()));
            case READ_ONLY -> readOnly(process, store);
            case POSITIONS -> checkPositions(any(process.owned().values()));
            case TRIM -> trim(any(process.owned().values()));
            case OPEN -> open(process, store);
            case MOVE -> move(any(process.owned().values()), usable);
            case CLOSE -> close(any(process.owned().values()));
            case DELETE -> delete(process, store);
            case FLUSH -> flush(process, store);
            case SWITCH_WAL -> switchWal(process, store);
            case CLOSE_STORE -> nodes.close(process);
            case INSPECT -> inspect();
            case REST -> simulator.runFor(200_000_000);
        }
    }

    /** Mostly one that has something open, if that is needed. */
    private ClusterProcess pick(SwarmConfig.Action action, List<ClusterProcess> usable) {
        List<ClusterProcess> owners =
                usable.stream().filter(process -> !process.owned().isEmpty()).toList();
        boolean isForAll = action == SwarmConfig.Action.OPEN || action == SwarmConfig.Action.READ_ONLY;
        List<ClusterProcess> from = isForAll || owners.isEmpty() || random().nextInt(5) == 0 ? usable : owners;
        return from.get(random().nextInt(from.size()));
    }

    private void append(ClusterProcess process) {
        if (process.owned().isEmpty()) {
            open(process, Objects.requireNonNull(process.usable()));
            return;
        }
        OpenStream open = any(process.owned().values());
        for (int burst = 1 + random().nextInt(6); burst > 0 && open != null; burst--) {
            OpenStream to = open;
            attempt(to, () -> {
                int count = 1 + random().nextInt(3);
                byte[] payload = bytes(random().nextInt(10) == 0 ? 40_000 : 3000);
                RecordBatch batch = new RecordBatch(ByteBuffer.wrap(payload), count, PositionCheck.timestamp(payload));
                follow(to, to.stream().tryAppend(batch), count, payload);
            });
            open = any(process.owned().values());
        }
    }

    private void appendAll(ClusterProcess process, StreamStore store) {
        List<OpenStream> to = List.copyOf(process.owned().values());
        if (to.isEmpty()) {
            return;
        }
        int most = MAX_GROUP_BYTES / to.size();
        List<StreamAppend> appends = to.stream()
                .map(open -> new StreamAppend(open.stream(), RecordBatch.of(ByteBuffer.wrap(bytes(most)))))
                .toList();
        attempt(to.get(0), () -> {
            List<AppendResult> results = store.appendAll(appends);
            List<FinalVerifier.Member> group = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                group.add(follow(
                        to.get(i),
                        results.get(i),
                        1,
                        appends.get(i).batch().payload().array()));
            }
            verifier.belongTogether(group);
            simulator.count("appendAll");
            if (config.troubles().getOrDefault(SwarmConfig.Trouble.CRASH, 0.0) > 0 && simulator.chance(0.2)) {
                long soon = (long) (20_000 * Math.pow(1000, random().nextDouble()));
                simulator.after(soon, "crash after appendAll", process.sim()::crash);
            }
        });
    }

    private FinalVerifier.Member follow(OpenStream open, AppendResult result, int count, byte[] payload) {
        StreamHistory history = open.ledger().history();
        OperationLog log = open.ledger().log();
        StreamHistory.Attempt attempt = history.appended(open.handle(), result.baseOffset(), count, payload);
        OperationLog.Call call =
                log.begin(new Operation.Append(open.holder(), Batch.of(result.baseOffset(), count, payload)));
        findings.expectAnswer("append", open.process().sim(), result.durable());
        result.durable()
                .whenComplete((offset, error) -> findings.guard(() -> {
                    if (error == null) {
                        simulator.count("acknowledged");
                        history.acknowledged(open.handle(), attempt);
                        log.done(call);
                        open.look();
                    } else if (Findings.unwrap(error) instanceof AppendFailedException failed
                            && failed.outcome() == AppendFailedException.Outcome.NOT_WRITTEN) {
                        simulator.count("not written");
                        history.notWritten(attempt);
                        log.notDone(call);
                    } else {
                        simulator.count("outcome unknown");
                    }
                }));
        return new FinalVerifier.Member(history, attempt);
    }

    private void fetch(@Nullable OpenStream open) {
        if (open == null) {
            return;
        }
        attempt(open, () -> {
            open.look();
            long start = open.stream().startOffset();
            long end = open.stream().confirmOffset();
            long from = end <= start || random().nextInt(4) == 0
                    ? Math.max(start, end)
                    : start + random().nextLong(end - start + 1);
            OperationLog.Call call = open.ledger().log().beginLook();
            CompletableFuture<FetchResult> fetch =
                    open.stream().fetch(from, Long.MAX_VALUE, 1 + random().nextInt(30_000), FetchOptions.NO_WAIT);
            findings.expectAnswer("fetch", open.process().sim(), fetch);
            fetch.whenComplete((result, error) -> findings.guard(() -> {
                if (error != null) {
                    findings.rejectCorruption(error);
                    return;
                }
                try (result) {
                    simulator.count(open.isOwner() ? "fetch" : "fetch read-only");
                    List<Batch> batches = result.batches().stream()
                            .map(batch -> Batch.of(batch.baseOffset(), batch.recordCount(), bytes(batch.payload())))
                            .toList();
                    open.ledger().log().done(call, new Operation.Fetch(open.holder(), open.isOwner(), from, batches));
                    open.ledger().history().fetched(from, end, confirmed(open, result), result);
                }
            }));
        });
    }

    /** A stream that was deleted while it was read has no end any more. */
    private static long confirmed(OpenStream open, FetchResult result) {
        return open.ledger().history().isDeleteRequested()
                ? result.nextOffset()
                : open.stream().confirmOffset();
    }

    /** Reads what somebody else writes. */
    private void readOnly(ClusterProcess process, StreamStore store) {
        OpenStream reader = any(process.readers());
        if (reader != null && random().nextInt(4) > 0) {
            fetch(reader);
            return;
        }
        if (reader != null && process.readers().size() >= MAX_READERS) {
            process.readers().remove(reader);
            reader.stream().close();
        }
        guarded(
                store.findStream(name()),
                found -> found.ifPresent(info -> {
                    Ledgers.Ledger ledger = ledgers.of(info.id());
                    Holder holder = ledger.newHolder(process);
                    guarded(store.openStream(info.id(), OpenOptions.reader()), stream -> {
                        StreamHistory.Handle handle = ledger.history()
                                .opened(StreamHistory.Bounds.NONE, stream.startOffset(), stream.confirmOffset());
                        process.readers().add(new OpenStream(process, stream, ledger, handle, holder, false));
                    });
                }));
    }

    private void checkPositions(@Nullable OpenStream open) {
        if (open == null) {
            return;
        }
        attempt(open, () -> {
            CompletableFuture<Void> check =
                    PositionCheck.run(open.stream(), open.ledger().history(), random());
            findings.expectAnswer("positions", open.process().sim(), check);
            guarded(check, right -> simulator.count("positions"));
        });
    }

    private void trim(@Nullable OpenStream open) {
        if (open == null) {
            return;
        }
        attempt(open, () -> {
            long start = open.stream().startOffset();
            long span = Math.max(1, (open.stream().confirmOffset() - start) / 2 + 1);
            long target = start + random().nextLong(span);
            open.ledger().history().trimRequested(target);
            OperationLog.Call call = open.ledger().log().begin(new Operation.Trim(open.holder(), target));
            open.stream()
                    .trim(target)
                    .thenRun(() -> findings.guard(() -> {
                        simulator.count("trimmed");
                        open.ledger().history().trimAcknowledged(target);
                        open.ledger().log().done(call);
                    }));
        });
    }

    private void open(ClusterProcess process, StreamStore store) {
        guarded(store.createStream(CreateOptions.named(name())), id -> open(process, store, id));
    }

    @SuppressWarnings("ReferenceEquality") // the store it was asked of, not one that was opened since
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
        CompletableFuture<Stream> opened = store.openStream(id, OpenOptions.owner());
        findings.expectAnswer("open of a stream", process.sim(), opened);
        opened.whenComplete((stream, error) -> findings.guard(() -> {
            process.openingIsOver(storeCloses);
            if (error != null) {
                refusedOpen(ledger, call, error);
                return;
            }
            simulator.count("stream opened");
            ledger.log()
                    .done(
                            call,
                            new Operation.Open(holder, stream.epoch(), stream.startOffset(), stream.confirmOffset()));
            StreamHistory.Handle handle = ledger.history().opened(since, stream.startOffset(), stream.confirmOffset());
            OpenStream open = new OpenStream(process, stream, ledger, handle, holder, true);
            process.owns(open);
            stream.fenced().thenAccept(reason -> process.forget(open));
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

    /** Closed here, opened there. */
    private void move(@Nullable OpenStream open, List<ClusterProcess> usable) {
        CompletableFuture<Void> closed = close(open);
        if (open == null || closed == null) {
            return;
        }
        ClusterProcess there = usable.get(random().nextInt(usable.size()));
        closed.thenRun(() -> {
            StreamStore store = there.usable();
            if (store != null) {
                simulator.count("moved");
                guarded(CompletableFuture.completedFuture(open.id()), id -> open(there, store, id));
            }
        });
    }

    private @Nullable CompletableFuture<Void> close(@Nullable OpenStream open) {
        if (open == null) {
            return null;
        }
        open.process().forget(open);
        OperationLog.Call call = open.closes();
        CompletableFuture<Void> closed = open.stream().close();
        findings.expectAnswer("close of a stream", open.process().sim(), closed);
        guarded(closed, done -> {
            simulator.count("stream closed");
            open.ledger().log().done(call);
        });
        return closed;
    }

    private void delete(ClusterProcess process, StreamStore store) {
        OpenStream open = any(process.owned().values());
        if (open != null) {
            process.forget(open);
            open.ledger().history().deleteRequested();
            open.closes();
            simulator.count("stream delete");
            guarded(store.deleteStream(open.id()), done -> {});
        }
    }

    /** What was acknowledged before is in object storage after. */
    private void flush(ClusterProcess process, StreamStore store) {
        Map<Long, Long> confirmed = new TreeMap<>();
        process.owned().forEach((id, open) -> confirmed.put(id, open.stream().confirmOffset()));
        CompletableFuture<Void> flush = store.flush();
        findings.expectAnswer("flush", process.sim(), flush);
        guarded(
                flush,
                done -> confirmed.forEach((id, end) -> guarded(store.describeStream(id), found -> {
                    simulator.count("flush");
                    found.ifPresent(info -> {
                        if (info.committedEnd() < end) {
                            throw new HistoryViolation("stream=" + id + " is committed to " + info.committedEnd()
                                    + " after a flush, " + end + " was acknowledged before");
                        }
                    });
                })));
    }

    private void switchWal(ClusterProcess process, StreamStore store) {
        List<String> wals = config.wals().get(process.nodeId());
        if (wals.size() > 1) {
            CompletableFuture<Void> switched = store.switchWal(URI.create(wals.get(random().nextInt(wals.size()))));
            findings.expectAnswer("switchWal", process.sim(), switched);
            guarded(switched, done -> simulator.count("switch done"));
        }
    }

    private void inspect() {
        guarded(verifier.inspect(), report -> simulator.count("inspected"));
    }

    /** Something that answers {@code what}; a failure must be one that callers expect. */
    private <T> void guarded(CompletableFuture<T> future, java.util.function.Consumer<T> what) {
        future.whenComplete((value, error) -> findings.guard(() -> {
            if (error != null) {
                findings.rejectCorruption(error);
                return;
            }
            try {
                what.accept(value);
            } catch (StreamException refused) {
                findings.rejectCorruption(refused);
            }
        }));
    }

    /** Refusals are part of life; the handle is dropped when it is finished, and often its process with it. */
    private void attempt(OpenStream open, Runnable action) {
        try {
            findings.guard(action);
        } catch (StreamException e) {
            simulator.count("refused " + e.kind());
            findings.rejectCorruption(e);
            if (!e.isRetriable()) {
                open.process().forget(open);
                if (open.isOwner() && e.kind() != StreamException.Kind.NOT_FOUND) {
                    afterFailure(open.process());
                }
            }
        }
    }

    private void afterFailure(ClusterProcess process) {
        int dice = random().nextInt(4);
        if (dice == 0) {
            nodes.close(process);
        } else if (dice == 1) {
            process.sim().crash();
        }
    }

    private <T> @Nullable T any(java.util.Collection<T> of) {
        return of.isEmpty() ? null : List.copyOf(of).get(random().nextInt(of.size()));
    }

    private String name() {
        return "s" + random().nextInt(config.streams());
    }

    private byte[] bytes(int most) {
        byte[] payload = new byte[1 + random().nextInt(most)];
        random().nextBytes(payload);
        return payload;
    }

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return bytes;
    }
}
