package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.errors.WrongStoreException;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.Command.RegisterNode;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommandResult.Refused;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.TrackedState;
import io.s3stream.core.metadata.state.LiveView;
import io.s3stream.core.metadata.state.StateMachine;
import io.s3stream.core.metrics.MetadataMetrics;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client over a register and an object storage. A single serial context owns all of its state. At most one batch or
 * one reload is in flight; commands submitted during that time form the next batch. An idle client makes no request.
 */
final class MetadataClientImpl implements MetadataClient {

    private static final int MAX_GROUPED_COMMANDS = 1000;

    private final SerialContext context;
    private final MetadataLog log;
    private final CommandIntake intake;
    private final Replica replica;
    private final Commit.Workings workings;
    private final MetadataView view;
    private final MetadataSweep sweep;
    private final CompletableFuture<MetadataClient> opened = new CompletableFuture<>();
    private final CompletableFuture<Throwable> stopped = new CompletableFuture<>();

    private final Deque<Pending> queue = new ArrayDeque<>();
    private final List<CompletableFuture<MetadataView>> refreshers = new ArrayList<>();
    private final Map<Integer, Session> sessions = new TreeMap<>();
    private List<Pending> underWay = List.of();
    private List<CompletableFuture<MetadataView>> refreshing = List.of();
    private @Nullable Integer ownNode;
    private boolean busy;
    /** Whether the client waits for its turn to begin a batch. */
    private boolean isWaiting;

    private boolean isPumpDue;

    private boolean hasTurn;
    /** Refreshes and batches take turns [R45]. */
    private boolean isRefreshNext;

    private @Nullable Throwable stopReason;
    private volatile Runnable applied = () -> {};

    MetadataClientImpl(
            EngineRuntime runtime,
            MetadataLog.Backends backends,
            MetadataSettings settings,
            MetadataRules rules,
            MetadataMetrics metrics) {
        this.context = runtime.serialContext("metadata");
        this.log = new MetadataLog(runtime, context, backends, settings, metrics, this::stop);
        StateMachine machine = rules.stateMachine();
        this.intake = rules.intake();
        this.replica = new Replica(log, machine, rules.chain(), this::headChanged);
        MetadataObjectDeleter retirement =
                new MetadataObjectDeleter(log, () -> replica.head().keys());
        this.workings =
                new Commit.Workings(log, machine, replica, new LogCompactor(log, replica, retirement), retirement);
        this.view = new LiveView(replica::state);
        this.sweep = new MetadataSweep(log, replica::head, view::rebuildMark, retirement);
        context.onFailure(thrown -> stop(Failures.asStreamException("metadata client", thrown)));
    }

    private void headChanged(Head head) {
        workings.folding().headChanged(head);
        applied.run();
    }

    /** Commands submitted together, and the future of their results. */
    private record Pending(List<Command> commands, CompletableFuture<List<CommandResult>> future) {}

    /** A session this client introduced. */
    private record Session(UUID id, long nodeEpoch, long nextBatch) {}

    CompletableFuture<MetadataClient> start() {
        run(() -> {
            busy = true;
            RetryScope attempts = log.attempts(this::stop);
            replica.open(attempts, () -> {
                attempts.finish();
                opened.complete(this);
                next();
            });
        });
        return opened;
    }

    @Override
    public MetadataView view() {
        return view;
    }

    @Override
    public CompletableFuture<Accepted> submit(Command command) {
        return submitAll(List.of(command)).thenApply(results -> results.get(0).accepted());
    }

    @Override
    public CompletableFuture<List<CommandResult>> submitAll(List<Command> commands) {
        if (commands.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        if (commands.stream().mapToInt(Command::nodeId).distinct().count() > 1) {
            return CompletableFuture.failedFuture(
                    new InvalidRequestException("commands submitted together must be of one node"));
        }
        List<Command> admitted;
        try {
            admitted = commands.stream().map(intake::admit).toList();
        } catch (RuntimeException e) { // an invalid command fails alone
            return CompletableFuture.failedFuture(e);
        }
        Pending pending = new Pending(admitted, new CompletableFuture<>());
        unlessStopped(pending.future(), () -> {
            queue.add(pending);
            pumpSoon();
        });
        return pending.future();
    }

    private void unlessStopped(CompletableFuture<?> answer, Runnable task) {
        context.execute(() -> {
            if (stopReason != null) {
                answer.completeExceptionally(stopReason);
            } else {
                log.guarded(task);
            }
        });
    }

    /** After the submissions that are waiting for the context: those of a burst share a commit. */
    private void pumpSoon() {
        if (!isPumpDue) {
            isPumpDue = true;
            run(() -> {
                isPumpDue = false;
                pump();
            });
        }
    }

    @Override
    public CompletableFuture<MetadataView> refresh() {
        CompletableFuture<MetadataView> future = new CompletableFuture<>();
        unlessStopped(future, () -> {
            refreshers.add(future);
            pump();
        });
        return future;
    }

    @Override
    public <T> CompletableFuture<T> between(Function<? super TrackedState, ? extends T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        unlessStopped(done, () -> {
            T answer;
            try {
                answer = task.apply(replica.state());
            } catch (Throwable e) { // an Error too: it concerns the caller, and the metadata are unchanged
                done.completeExceptionally(e);
                return;
            }
            done.complete(answer);
        });
        return done;
    }

    @Override
    public void onApplied(Runnable listener) {
        applied = listener;
    }

    @Override
    public CompletableFuture<Void> sweep() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        unlessStopped(done, () -> sweep.run(done));
        return done;
    }

    @Override
    public CompletableFuture<Throwable> stopped() {
        return stopped;
    }

    @Override
    public void close() {
        context.execute(() -> stop(new StoreClosedException("the metadata client was closed")));
    }

    private void run(Runnable task) {
        context.execute(() -> log.guarded(task));
    }

    private void next() {
        busy = false;
        pump();
    }

    private void pump() {
        while (!busy && stopReason == null) {
            boolean refreshFirst = isRefreshNext && !refreshers.isEmpty();
            if (!refreshFirst && !queue.isEmpty() && isOurTurn()) {
                isRefreshNext = true;
                beginBatch();
            } else if (!refreshers.isEmpty()) {
                isRefreshNext = false;
                beginRefresh();
            } else {
                return;
            }
        }
    }

    /**
     * Returns whether the batch may begin at once. Otherwise it begins later, with all commands submitted until then.
     */
    private boolean isOurTurn() {
        if (isWaiting) {
            return false;
        }
        if (hasTurn) {
            hasTurn = false;
            return true;
        }
        long now = log.runtime().nanoTime();
        long wait = replica.pace().untilBatch(now, log.runtime().randomLong());
        if (wait == 0) {
            return true;
        }
        isWaiting = true;
        log.schedule(Duration.ofNanos(wait), () -> {
            isWaiting = false;
            hasTurn = !queue.isEmpty();
            pump();
        });
        return false;
    }

    private void beginRefresh() {
        busy = true;
        List<CompletableFuture<MetadataView>> waiting = List.copyOf(refreshers);
        refreshing = waiting;
        refreshers.clear();
        RetryScope attempts = log.attempts(failure -> {
            if (failure instanceof NotContinuedException || failure instanceof WrongStoreException) {
                stop(failure);
                return;
            }
            refreshing = List.of();
            waiting.forEach(future -> future.completeExceptionally(failure));
            next();
        });
        replica.catchUp(attempts, () -> {
            attempts.finish();
            refreshing = List.of();
            waiting.forEach(future -> future.complete(view));
            checkFenced();
            next();
        });
    }

    private void beginBatch() {
        Pending first = queue.element();
        int nodeId = first.commands().get(0).nodeId();
        Session session = sessions.get(nodeId);
        List<Pending> group = new ArrayList<>();
        List<Command> commands = new ArrayList<>();
        if (first.commands().get(0) instanceof RegisterNode register) {
            take(group, commands);
            if (session == null || !session.id().equals(register.session())) {
                session = new Session(register.session(), 0, 1);
            }
        } else if (session == null) {
            queue.remove();
            Refused refused = new Refused(Kind.FENCED, "node=" + nodeId + ": not registered by this client");
            first.future().complete(Collections.nCopies(first.commands().size(), refused));
            return;
        } else {
            do {
                take(group, commands);
            } while (!queue.isEmpty() && joins(queue.element(), nodeId, changesOf(commands)));
        }
        commit(new Batch(nodeId, session.id(), session.nextBatch(), commands), group);
    }

    private void take(List<Pending> group, List<Command> commands) {
        Pending pending = queue.remove();
        group.add(pending);
        commands.addAll(pending.commands());
    }

    private static boolean joins(Pending pending, int nodeId, int before) {
        Command first = pending.commands().get(0);
        return first.nodeId() == nodeId
                && !(first instanceof RegisterNode)
                && before + changesOf(pending.commands()) <= MAX_GROUPED_COMMANDS;
    }

    private static int changesOf(List<Command> commands) {
        return commands.stream()
                .mapToInt(command -> command instanceof Command.CommitChanges commit
                        ? commit.changes().size()
                        : 1)
                .sum();
    }

    private void commit(Batch batch, List<Pending> group) {
        busy = true;
        underWay = group;
        // A node that could not begin fails to open. A node with data to commit retries without limit [R44].
        RetryScope attempts = sessions.isEmpty() ? log.attempts(this::stop) : log.unlimitedAttempts(this::stop);
        new Commit(workings, batch, results -> committed(batch, group, results), attempts).begin();
    }

    private void committed(Batch batch, List<Pending> group, List<CommandResult> results) {
        underWay = List.of();
        Session session = sessions.get(batch.nodeId());
        if (batch.commands().get(0) instanceof RegisterNode && results.get(0) instanceof Accepted registered) {
            sessions.put(batch.nodeId(), new Session(batch.session(), registered.value(), batch.number() + 1));
            ownNode = ownNode == null ? (Integer) batch.nodeId() : ownNode;
        } else if (session != null && session.id().equals(batch.session())) {
            sessions.put(batch.nodeId(), new Session(session.id(), session.nodeEpoch(), batch.number() + 1));
        }
        int at = 0;
        for (Pending pending : group) {
            int size = pending.commands().size();
            pending.future().complete(List.copyOf(results.subList(at, at + size)));
            at += size;
        }
        checkFenced();
        next();
    }

    /**
     * Handles another process's registration of one of our nodes. The first node is this client's own; the others were
     * taken over.
     */
    private void checkFenced() {
        for (Map.Entry<Integer, Session> entry : List.copyOf(sessions.entrySet())) {
            NodeMetadata node = replica.state().node(entry.getKey());
            if (node == null || node.epoch() != entry.getValue().nodeEpoch()) {
                if (entry.getKey().equals(ownNode)) {
                    stop(new FencedException("node=" + entry.getKey() + " epoch="
                            + entry.getValue().nodeEpoch() + ": was fenced: another process has registered the node"
                            + (node == null ? "" : ", epoch " + node.epoch())));
                    return;
                }
                sessions.remove(entry.getKey());
            }
        }
    }

    private void stop(Throwable reason) {
        if (stopReason != null) {
            return;
        }
        stopReason = reason;
        log.close();
        List<Pending> unanswered = new ArrayList<>(underWay);
        unanswered.addAll(queue);
        queue.clear();
        unanswered.forEach(pending -> pending.future().completeExceptionally(reason));
        refreshing.forEach(future -> future.completeExceptionally(reason));
        refreshers.forEach(future -> future.completeExceptionally(reason));
        refreshers.clear();
        opened.completeExceptionally(reason);
        stopped.complete(reason);
    }
}
