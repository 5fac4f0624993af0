package io.s3stream.core;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.Generation;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.upload.Uploader.NodeIdentity;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Shows that this node lives, and watches whether the others do. A sign of life is any batch of commands in the metadata;
 * a node that had none to commit since the last look commits a {@linkplain Command.Heartbeat heartbeat}. Silence is counted
 * in looks that succeeded, an interval each at most, by this process's monotonic clock: neither another machine's clock nor
 * a register that did not answer for a while makes anybody suspected. All of it is a hint for the host: no decision of the engine depends on it. State
 * belongs to its serial context.
 */
final class Liveness {

    /**
     * What was last seen of another node while it was open.
     *
     * @param goneSince the later epoch in which it has since been seen without a WAL; 0 if it was not
     */
    private record Seen(long epoch, long pulse, Duration silence, boolean suspected, long goneSince) {

        private Seen gone(long laterEpoch) {
            return new Seen(epoch, pulse, silence, suspected, laterEpoch);
        }
    }

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MetadataClient metadata;
    private final NodeIdentity self;
    private final Duration interval;
    private final Duration patience;
    private final StoreEvents events;
    private final Map<Integer, Seen> others = new HashMap<>();
    private long ownPulse;
    private long lookedAt;
    private boolean closed;
    private @Nullable Timer next;

    /**
     * @param interval between two looks
     * @param patience how long a node may be silent
     */
    Liveness(
            EngineRuntime runtime,
            MetadataClient metadata,
            NodeIdentity self,
            Duration interval,
            Duration patience,
            StoreEvents events) {
        this.runtime = runtime;
        this.context = runtime.serialContext("liveness");
        this.metadata = metadata;
        this.self = self;
        this.interval = interval;
        this.patience = patience;
        this.events = events;
        this.lookedAt = runtime.nanoTime();
        context.onFailure(thrown -> close());
    }

    void start() {
        context.execute(this::beat);
    }

    void close() {
        context.execute(() -> {
            closed = true;
            if (next != null) {
                next.cancel();
            }
        });
    }

    private void beat() {
        if (closed || metadata.stopped().isDone()) {
            return;
        }
        boolean idle = metadata.view().pulse(self.nodeId()) == ownPulse;
        CompletableFuture<?> reached = idle
                ? metadata.submit(new Command.Heartbeat(self.nodeId(), self.nodeEpoch()))
                : CompletableFuture.completedFuture(null);
        reached.thenCompose(anything -> metadata.refresh())
                .whenCompleteAsync(
                        (view, error) -> {
                            long now = runtime.nanoTime();
                            if (error == null) {
                                look(view, Duration.ofNanos(now - lookedAt));
                            }
                            lookedAt = now;
                            if (!closed) {
                                next = runtime.schedule(interval, context, this::beat);
                            }
                        },
                        context);
    }

    private void look(MetadataView view, Duration passed) {
        ownPulse = view.pulse(self.nodeId());
        others.keySet().removeIf(id -> view.node(id) == null); // removed
        for (NodeMetadata node : view.nodes()) {
            if (node.id() != self.nodeId()) {
                look(node, view.pulse(node.id()), passed);
            }
        }
    }

    private void look(NodeMetadata node, long pulse, Duration passed) {
        int id = node.id();
        Seen before = others.get(id);
        if (node.generations().isEmpty()) {
            lookAtClosed(node, before);
        } else if (node.generations().stream().anyMatch(generation -> isOf(node.epoch(), generation))) {
            lookAtOpen(node, before, pulse, passed);
        } // otherwise it is being recovered, by itself or by somebody else: what comes of it will show
    }

    /** Closed in an orderly way, if it has the epoch it had; taken over, or for a moment only just opening, if not. */
    private void lookAtClosed(NodeMetadata node, @Nullable Seen before) {
        int id = node.id();
        if (before == null || before.epoch() == node.epoch()) {
            others.remove(id);
        } else if (before.goneSince() != node.epoch()) {
            others.put(id, before.gone(node.epoch()));
        } else {
            others.remove(id);
            events.tell(listener -> listener.nodeTakenOver(id, node.epoch()));
        }
    }

    private void lookAtOpen(NodeMetadata node, @Nullable Seen before, long pulse, Duration passed) {
        int id = node.id();
        if (before == null || before.epoch() != node.epoch() || before.pulse() != pulse) {
            others.put(id, new Seen(node.epoch(), pulse, Duration.ZERO, false, 0));
            if (before != null && before.suspected()) {
                events.tell(listener -> listener.nodeReturned(id));
            }
            return;
        }
        Duration silence = before.silence().plus(passed.compareTo(interval) > 0 ? interval : passed);
        boolean suspected = silence.compareTo(patience) > 0;
        others.put(id, new Seen(before.epoch(), pulse, silence, suspected, 0));
        if (suspected && !before.suspected()) {
            events.tell(listener -> listener.nodeSuspected(id, silence));
        }
    }

    /** WAL epochs of a node epoch begin with it. */
    private static boolean isOf(long nodeEpoch, Generation generation) {
        return generation.walEpoch() >>> 16 == nodeEpoch;
    }
}
