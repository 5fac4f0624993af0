package io.s3stream.core.node;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.NodeEpochConflictException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.api.text.StoreUri;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.recovery.RecoverySizes;
import io.s3stream.core.recovery.RecoveryTools;
import io.s3stream.core.runtime.ContextCalls;
import io.s3stream.core.wal.MediumWatch;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The take-overs in progress in this store, at most one per node. All state belongs to its serial context. */
public final class TakeOvers {

    private static final Logger LOG = LoggerFactory.getLogger(TakeOvers.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /**
     * Parts of the engine that a take-over uses.
     *
     * @param toolsOfNode tools to recover a node, on the context of the take-overs
     * @param watch ends calls to media that are not answered
     * @param sizes memory sizes of a take-over that begins now
     * @param knownUris the storage and the WALs of this process's configuration
     */
    public record Collaborators(
            IntFunction<RecoveryTools> toolsOfNode,
            List<WalProvider> providers,
            MediumWatch watch,
            IntFunction<WalContext> walContextOfNode,
            Supplier<RecoverySizes> sizes,
            Supplier<List<URI>> knownUris) {}

    /** A take-over in progress and the condition that its caller gave; 0 for none. */
    private record Running(NodeTakeOver takeOver, long asked, CompletableFuture<TakeOverReport> report) {}

    /** A conditional take-over that failed after its registration: it raised the epoch {@code asked} to {@code reached}. */
    private record Interrupted(long asked, long reached) {}

    private final Collaborators with;
    private final RecoveryTools own;
    private final int nodeId;
    private final Map<Integer, Running> running = new TreeMap<>();
    private final Map<Integer, Interrupted> interrupted = new TreeMap<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final ContextCalls calls;
    private boolean closing;

    /** @param nodeId the node that takes over others */
    public TakeOvers(Collaborators with, int nodeId) {
        this.with = with;
        this.own = with.toolsOfNode().apply(nodeId);
        this.calls = new ContextCalls(own.context());
        this.nodeId = nodeId;
        own.context().onFailure(this::onContextFailure);
    }

    /** Fails all take-overs. This store, once reopened, or another store can repeat them. */
    private void onContextFailure(Throwable thrown) {
        StreamException reason = Failures.asStreamException("take-overs failed", thrown);
        closing = true;
        calls.end(reason);
        List<Running> all = List.copyOf(running.values());
        all.forEach(each -> each.report().completeExceptionally(reason));
        ended.complete(null);
        all.forEach(each -> each.takeOver().abandon());
    }

    /**
     * Takes a node over, or joins the take-over of that node in progress. Joins only if that take-over has the same
     * condition, and the node was not opened again after that take-over fenced it. Completes on the context.
     */
    public CompletableFuture<TakeOverReport> takeOver(int node, TakeOverOptions options) {
        TakeOverOptions checked = options.walUris(options.walUris().stream()
                .map(uri -> StoreUri.wal("walUris", uri))
                .toList());
        if (node == nodeId) {
            throw new InvalidRequestException(
                    "nodeId=" + node + ": is this node itself, which recovers at its own opening");
        }
        return calls.call(
                () -> own.metadata().refresh().thenComposeAsync(view -> begin(view, node, checked), own.context()));
    }

    /** Fails pending and later calls with the reason, because the context has stopped. */
    public void closed(StreamException reason) {
        calls.end(reason);
    }

    /**
     * Abandons the take-overs in progress; any store may repeat them. A take-over that only has to release WALs
     * continues.
     *
     * @return completes on the context when nothing is held, or after a few seconds if a storage does not answer
     */
    public CompletableFuture<Void> close() {
        own.context().execute(() -> {
            if (closing) {
                return;
            }
            closing = true;
            if (running.isEmpty()) {
                ended.complete(null);
                return;
            }
            Timer timeout = own.runtime().schedule(CLOSE_TIMEOUT, own.context(), () -> {
                LOG.warn(
                        "storage does not answer; closing without waiting for take-overs of nodes {}",
                        running.keySet());
                ended.complete(null);
            });
            ended.whenComplete((nothing, error) -> timeout.cancel());
            List.copyOf(running.values()).forEach(each -> each.takeOver().abandon());
        });
        return ended;
    }

    private CompletableFuture<TakeOverReport> begin(MetadataView view, int node, TakeOverOptions options) {
        if (closing) {
            throw new StoreClosedException("nodeId=" + node + ": not taken over, because the store is closed");
        }
        NodeMetadata metadata = view.node(node);
        if (metadata == null) {
            throw new InvalidRequestException("nodeId=" + node + ": there is no such node; the nodes are "
                    + view.nodes().stream().map(NodeMetadata::id).toList());
        }
        long asked = options.ifEpoch().orElse(0);
        Running present = running.get(node);
        if (present != null) {
            // A process that opened the node after that take-over fenced it must be fenced, too.
            boolean joins = !present.report().isDone()
                    && present.asked() == asked
                    && !present.takeOver().isBefore(metadata.epoch());
            return joins
                    ? present.report()
                    : present.takeOver().ended().thenComposeAsync(nothing -> takeOver(node, options), own.context());
        }
        long ifEpoch = conditionOf(node, asked);
        if (ifEpoch != 0 && ifEpoch != metadata.epoch()) { // before the WALs are locked; the commit judges it again
            throw new NodeEpochConflictException(node, asked, metadata.epoch());
        }
        LOG.info("node {} takes over node {}", nodeId, node);
        NodeTakeOver takeOver = new NodeTakeOver(
                with.toolsOfNode().apply(node),
                new NodeTakeOver.Wals(
                        with.providers(),
                        with.watch(),
                        with.walContextOfNode().apply(node),
                        options.walUris(),
                        with.knownUris().get()),
                with.sizes().get(),
                ifEpoch);
        CompletableFuture<TakeOverReport> report = new CompletableFuture<>();
        Running begun = new Running(takeOver, asked, report);
        running.put(node, begun);
        takeOver.run().whenCompleteAsync((done, error) -> over(node, begun, done, error), own.context());
        takeOver.ended().thenRunAsync(() -> ended(node), own.context());
        return report;
    }

    /** Returns the epoch that the node must have. A take-over continues an earlier one of this store that failed. */
    private long conditionOf(int node, long asked) {
        Interrupted earlier = interrupted.get(node);
        return earlier != null && earlier.asked() == asked ? earlier.reached() : asked;
    }

    private void over(int node, Running over, TakeOverReport done, @Nullable Throwable error) {
        if (error == null) {
            interrupted.remove(node);
            LOG.info("node {} took over node {}: {}", nodeId, node, done);
            over.report().complete(done);
            return;
        }
        if (over.asked() != 0 && over.takeOver().nodeEpoch() != 0) {
            interrupted.put(node, new Interrupted(over.asked(), over.takeOver().nodeEpoch()));
        }
        LOG.warn("node {} could not take over node {}; it can be retried: {}", nodeId, node, error.toString());
        over.report()
                .completeExceptionally(
                        Failures.unwrap(error) instanceof NodeEpochConflictException conflict
                                ? new NodeEpochConflictException(node, over.asked(), conflict.current())
                                : error);
    }

    private void ended(int node) {
        running.remove(node);
        if (closing && running.isEmpty()) {
            ended.complete(null);
        }
    }
}
