package io.s3stream.simulation.cluster;

import io.s3stream.api.AppendResult;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.simulation.FinalVerifier;
import io.s3stream.simulation.history.ClientStamp;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.history.PositionCheck;
import io.s3stream.simulation.history.StreamHistory;
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

/** The clients' requests to the nodes. All answers go to the ledgers. Owner of nothing. */
final class ClusterActions {

    private static final int MAX_READERS = 4;
    /** Between the intended size of a frame and its maximum. */
    private static final int MAX_GROUP_BYTES = 36_000;

    private final Simulator simulator;
    private final SwarmConfig config;
    private final Findings findings;
    private final FinalVerifier verifier;
    private final Ledgers ledgers;
    private final ClusterNodes nodes;
    private final ClientCalls calls;
    private final StreamMoves moves;
    private final IllFormedInput illFormed;
    private final HostilePayloads hostile;

    ClusterActions(
            ClusterNodes.World world, Findings findings, FinalVerifier verifier, Ledgers ledgers, ClusterNodes nodes) {
        this.simulator = world.simulator();
        this.config = world.config();
        this.findings = findings;
        this.verifier = verifier;
        this.ledgers = ledgers;
        this.nodes = nodes;
        this.calls = new ClientCalls(world, findings, nodes);
        this.moves = new StreamMoves(simulator, findings, ledgers, calls);
        this.illFormed = new IllFormedInput(simulator, findings);
        this.hostile = new HostilePayloads(simulator, config.host());
    }

    /** Sends an impossible request to a random process. */
    void passIllFormed() {
        List<ClusterProcess> usable = nodes.usable();
        if (!usable.isEmpty()) {
            illFormed.pass(Objects.requireNonNull(
                    usable.get(random().nextInt(usable.size())).usable()));
        }
    }

    private RandomGenerator random() {
        return simulator.random();
    }

    /** Sends a request to a random process. */
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
            case FETCH -> fetch(calls.any(process.owned().values()));
            case READ_ONLY -> readOnly(process, store);
            case POSITIONS -> checkPositions(calls.any(process.owned().values()));
            case TRIM -> trim(calls.any(process.owned().values()));
            case OPEN -> moves.open(process, store, name());
            case MOVE -> moves.move(calls.any(process.owned().values()), usable);
            case CLOSE -> moves.close(calls.any(process.owned().values()));
            case DELETE -> moves.delete(process, store);
            case FLUSH -> flush(process, store);
            case SWITCH_WAL -> switchWal(process, store);
            case CLOSE_STORE -> nodes.close(process);
            case INSPECT -> inspect();
            case SEAL -> moves.seal(process, store, name());
            case REMOVE_NODE -> removeNode(process);
            case REWRITE -> moves.rewrite(process, store, name());
            case REST -> simulator.runFor(200_000_000);
        }
    }

    /** Prefers a process with open streams, if the action needs one. */
    private ClusterProcess pick(SwarmConfig.Action action, List<ClusterProcess> usable) {
        List<ClusterProcess> owners =
                usable.stream().filter(process -> !process.owned().isEmpty()).toList();
        boolean isForAll = action == SwarmConfig.Action.OPEN || action == SwarmConfig.Action.READ_ONLY;
        List<ClusterProcess> from = isForAll || owners.isEmpty() || random().nextInt(5) == 0 ? usable : owners;
        return from.get(random().nextInt(from.size()));
    }

    private void append(ClusterProcess process) {
        if (process.owned().isEmpty()) {
            moves.open(process, Objects.requireNonNull(process.usable()), name());
            return;
        }
        OpenStream open = calls.any(process.owned().values());
        if (open != null && open.stream().isSealed() && simulator.chance(0.2)) {
            moves.delete(Objects.requireNonNull(process.usable()), open); // so that its name is used again
            return;
        }
        for (int burst = 1 + random().nextInt(6); burst > 0 && open != null; burst--) {
            OpenStream to = open;
            calls.attempt(to, () -> {
                int count = 1 + random().nextInt(3);
                byte[] payload = bytes(random().nextInt(10) == 0 ? 40_000 : 3000);
                boolean isUnreadable = hostile.isNextUnreadable();
                ByteBuffer passed = isUnreadable ? hostile.unreadable(payload.length) : ByteBuffer.wrap(payload);
                RecordBatch batch = new RecordBatch(passed, count, PositionCheck.timestamp(payload));
                if (isUnreadable) {
                    follow(to, to.owned().tryAppend(batch), count, payload);
                } else if (random().nextInt(20) == 0) {
                    simulator.count("stamp failed");
                    ClientStamp.fail(to.owned(), batch);
                } else {
                    follow(to, ClientStamp.append(to.owned(), batch), count, payload);
                }
                hostile.mayMove(passed);
                if (isUnreadable) {
                    simulator.after(simulator.latency(5_000_000), "host learns of its payload", () -> closeBroken(to));
                }
            });
            open = calls.any(process.owned().values());
        }
    }

    /** A stream that met such a payload refuses appends until it is opened again. */
    private void closeBroken(OpenStream open) {
        if (open.process().owned().containsValue(open)) {
            moves.close(open);
        }
    }

    private void appendAll(ClusterProcess process, StreamStore store) {
        List<OpenStream> to = process.owned().values().stream()
                .filter(open -> !open.stream().isSealed())
                .toList();
        if (to.isEmpty()) {
            return;
        }
        int most = MAX_GROUP_BYTES / to.size();
        List<ClientStamp> stamps = to.stream().map(open -> new ClientStamp()).toList();
        List<StreamAppend> appends = new ArrayList<>();
        for (int i = 0; i < to.size(); i++) {
            RecordBatch batch = RecordBatch.of(ByteBuffer.wrap(bytes(most)), 1);
            appends.add(new StreamAppend(to.get(i).owned(), batch, stamps.get(i)));
        }
        calls.attempt(to.get(0), () -> {
            List<AppendResult> results = store.tryAppendAll(appends);
            List<FinalVerifier.Member> group = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                RecordBatch batch = appends.get(i).batch();
                stamps.get(i).check(results.get(i), batch);
                group.add(follow(to.get(i), results.get(i), 1, batch.payload().array()));
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
        calls.careless(result.durable())
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
                    } else if (Findings.isCallerGone(error)) {
                        history.unheard(open.handle(), attempt);
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
        calls.attempt(open, () -> {
            open.look();
            long start = open.stream().startOffset();
            long end = open.stream().confirmOffset();
            long from = end <= start || random().nextInt(4) == 0
                    ? Math.max(start, end)
                    : start + random().nextLong(end - start + 1);
            OperationLog.Call call = open.ledger().log().beginLook();
            CompletableFuture<FetchResult> fetch = calls.careless(
                    open.stream().fetch(from, Long.MAX_VALUE, 1 + random().nextInt(30_000), FetchOptions.NO_WAIT));
            findings.expectAnswer("fetch", open.process().sim(), fetch);
            fetch.whenComplete((result, error) -> findings.guard(() -> {
                if (error != null) {
                    findings.rejectCorruption(error);
                    return;
                }
                try (result) {
                    simulator.count(open.isOwner() ? "fetch" : "fetch read-only");
                    List<Batch> batches = result.batches().stream()
                            .map(batch -> Batch.of(
                                    batch.baseOffset(),
                                    batch.recordCount(),
                                    open.ledger().history().original(batch)))
                            .toList();
                    open.ledger().log().done(call, new Operation.Fetch(open.holder(), open.isOwner(), from, batches));
                    open.ledger().history().fetched(from, end, confirmed(open, result), result);
                }
            }));
        });
    }

    /** A stream that was deleted while it was read has no end. */
    private static long confirmed(OpenStream open, FetchResult result) {
        return open.ledger().history().isDeleteRequested()
                ? result.nextOffset()
                : open.stream().confirmOffset();
    }

    /** Reads a stream of another node. */
    private void readOnly(ClusterProcess process, StreamStore store) {
        OpenStream reader = calls.any(process.readers());
        if (reader != null && random().nextInt(4) > 0) {
            fetch(reader);
            return;
        }
        if (reader != null && process.readers().size() >= MAX_READERS) {
            process.readers().remove(reader);
            reader.stream().close();
        }
        calls.guarded(
                store.findStream(name()),
                found -> found.ifPresent(info -> {
                    Ledgers.Ledger ledger = ledgers.of(info.id());
                    Holder holder = ledger.newHolder(process);
                    calls.guarded(store.openReader(info.id()), stream -> {
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
        calls.attempt(open, () -> {
            CompletableFuture<Void> check =
                    PositionCheck.run(open.stream(), open.ledger().history(), random());
            findings.expectAnswer("positions", open.process().sim(), check);
            calls.guarded(check, right -> simulator.count("positions"));
        });
    }

    private void trim(@Nullable OpenStream open) {
        if (open == null) {
            return;
        }
        calls.attempt(open, () -> {
            long start = open.stream().startOffset();
            long span = Math.max(1, (open.stream().confirmOffset() - start) / 2 + 1);
            long target = start + random().nextLong(span);
            open.ledger().history().trimRequested(target);
            OperationLog.Call call = open.ledger().log().begin(new Operation.Trim(open.holder(), target));
            calls.careless(open.owned().trim(target))
                    .thenRun(() -> findings.guard(() -> {
                        simulator.count("trimmed");
                        open.ledger().history().trimAcknowledged(target);
                        open.ledger().log().done(call);
                    }));
        });
    }

    /** Everything acknowledged before the flush is in object storage after it. */
    private void flush(ClusterProcess process, StreamStore store) {
        Map<Long, Long> confirmed = new TreeMap<>();
        process.owned().forEach((id, open) -> confirmed.put(id, open.stream().confirmOffset()));
        CompletableFuture<Void> flush = calls.careless(store.flush());
        findings.expectAnswer("flush", process.sim(), flush);
        calls.guarded(
                flush,
                done -> confirmed.forEach((id, end) -> calls.guarded(store.describeStream(id), found -> {
                    simulator.count("flush");
                    found.ifPresent(info -> {
                        if (info.committedEnd() < end) {
                            throw new HistoryViolation("stream=" + id + " is committed to " + info.committedEnd()
                                    + " after a flush, " + end + " was acknowledged before");
                        }
                    });
                })));
    }

    /** Removes another node. The store refuses that while the node has streams or WALs. */
    private void removeNode(ClusterProcess process) {
        StreamStore store = process.usable();
        int node = random().nextInt(config.nodes());
        if (store == null || node == process.nodeId() || nodes.isHeadSetBack()) {
            return;
        }
        CompletableFuture<Void> removed = calls.careless(store.removeNode(node));
        findings.expectAnswer("removeNode", process.sim(), removed);
        removed.whenComplete((done, error) -> findings.guard(() -> {
            if (error == null) {
                simulator.count("node removed");
            } else if (!(Findings.unwrap(error) instanceof InvalidRequestException)) { // no such node
                findings.rejectCorruption(error);
                simulator.count("removal refused");
            }
        }));
    }

    private void switchWal(ClusterProcess process, StreamStore store) {
        List<String> wals = config.wals().get(process.nodeId());
        if (wals.size() > 1) {
            nodes.troubles().mayHang(process);
            CompletableFuture<Void> switched =
                    calls.careless(store.switchWal(URI.create(wals.get(random().nextInt(wals.size())))));
            findings.expectAnswer("switchWal", process.sim(), switched);
            calls.guarded(switched, done -> simulator.count("switch done"));
        }
    }

    private void inspect() {
        if (nodes.isHeadSetBack()) {
            return; // objects of streams deleted since are missing
        }
        int setBacks = nodes.timesSetBack();
        verifier.inspect().whenComplete((report, error) -> {
            if (nodes.timesSetBack() == setBacks) { // otherwise it may have read a head whose objects are missing
                calls.guarded(verdict(report, error), clean -> simulator.count("inspected"));
            }
        });
    }

    private static <T> CompletableFuture<T> verdict(@Nullable T report, @Nullable Throwable error) {
        return error == null ? CompletableFuture.completedFuture(report) : CompletableFuture.failedFuture(error);
    }

    private String name() {
        return "s" + random().nextInt(config.streams());
    }

    private byte[] bytes(int most) {
        byte[] payload = new byte[1 + random().nextInt(most)];
        random().nextBytes(payload);
        return payload;
    }
}
