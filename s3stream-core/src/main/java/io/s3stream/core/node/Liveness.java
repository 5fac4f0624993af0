package io.s3stream.core.node;

import io.s3stream.core.events.StoreEvents;
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
 * Shows other nodes that this node is alive, and detects nodes that are not. A sign of life is any batch of commands in
 * the metadata. A node without a commit since its last look commits a {@linkplain Command.Heartbeat heartbeat}. Silence
 * counts successful looks only, each with at most one interval, by this process's monotonic clock. So neither another
 * machine's clock nor an unavailable register makes a node suspected. The result is a hint for the host: no decision of
 * the engine depends on it. State belongs to its serial context.
 */
public final class Liveness {

    /**
     * The last observation of another node while it was open.
     *
     * @param goneSince later epoch in which the node was then seen without a WAL; 0 if it was not
     */
    private record Seen(long epoch, long pulse, Duration silence, boolean suspected, long goneSince) {

        private Seen gone(long laterEpoch) {
            return new Seen(epoch, pulse, silence, suspected, laterEpoch);
        }

        /** The silence after another look, which counts at most one interval. */
        private Duration longer(Duration passed, Duration interval) {
            return silence.plus(passed.compareTo(interval) > 0 ? interval : passed);
        }
    }

    /** The silence of a recovery that is suspicious, in multiples of that of a node. */
    private static final int RECOVERY_FACTOR = 3;

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MetadataClient metadata;
    private final NodeIdentity self;
    private final Duration interval;
    private final Duration patience;
    private final StoreEvents events;
    private final Map<Integer, Seen> others = new HashMap<>();

    /** The last observations of nodes that are being recovered. */
    private final Map<Integer, Seen> recovering = new HashMap<>();

    private long ownPulse;
    private long lookedAt;
    private boolean closed;
    private @Nullable Timer next;

    /**
     * @param interval between two looks
     * @param patience silence of a node after which it is suspected
     */
    public Liveness(
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

    public void start() {
        context.execute(this::beat);
    }

    public void close() {
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
        recovering.keySet().removeIf(id -> view.node(id) == null);
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
        } else {
            lookAtRecovered(node, pulse, passed);
            return;
        }
        recovering.remove(id);
    }

    /**
     * Handles a node that a process recovers: its own next process, or a taker. A process that died during the recovery
     * leaves the node so, and its streams would have no owner. A recovery has more time than a heartbeat, and
     * each of its commits is a sign of life.
     */
    private void lookAtRecovered(NodeMetadata node, long pulse, Duration passed) {
        int id = node.id();
        long progress = pulse + node.committed().sequence();
        Seen before = recovering.get(id);
        if (before == null || before.epoch() != node.epoch() || before.pulse() != progress) {
            recovering.put(id, new Seen(node.epoch(), progress, Duration.ZERO, false, 0));
            return;
        }
        Duration silence = before.longer(passed, interval);
        boolean suspected = silence.compareTo(patience.multipliedBy(RECOVERY_FACTOR)) >= 0;
        recovering.put(id, new Seen(node.epoch(), progress, silence, suspected, 0));
        if (suspected && !before.suspected()) {
            events.tell(listener -> listener.nodeSuspected(id, node.epoch(), silence));
        }
    }

    /**
     * Handles a node without a WAL. With an unchanged epoch, the node closed in order. With a later epoch, it was taken
     * over or is opening; it was taken over if the next look finds the same epoch again.
     */
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
        Duration silence = before.longer(passed, interval);
        boolean suspected = silence.compareTo(patience) >= 0; // looks are further apart than counted
        others.put(id, new Seen(before.epoch(), pulse, silence, suspected, 0));
        if (suspected && !before.suspected()) {
            events.tell(listener -> listener.nodeSuspected(id, node.epoch(), silence));
        }
    }

    /** Returns whether the generation is of the node epoch. A WAL epoch contains its node epoch in the upper bits. */
    private static boolean isOf(long nodeEpoch, Generation generation) {
        return generation.walEpoch() >>> 16 == nodeEpoch;
    }
}
