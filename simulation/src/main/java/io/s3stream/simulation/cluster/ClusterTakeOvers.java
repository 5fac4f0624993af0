package io.s3stream.simulation.cluster;

import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.NodeEpochConflictException;
import io.s3stream.api.metadata.NodeInfo;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Take-overs of nodes by processes of other nodes. Some are conditional on an epoch that the taker read some time before.
 * Stateless.
 */
final class ClusterTakeOvers {

    private static final int NOBODY = -1;
    private static final Duration MEAN_REACTION = Duration.ofMillis(100);

    private final ClusterNodes nodes;
    private final Simulator simulator;
    private final SwarmConfig config;
    private final Findings findings;
    private final Ledgers ledgers;
    private final CarelessCaller caller;

    ClusterTakeOvers(ClusterNodes nodes, ClusterNodes.World world, Findings findings, Ledgers ledgers) {
        this.nodes = nodes;
        this.simulator = world.simulator();
        this.config = world.config();
        this.findings = findings;
        this.ledgers = ledgers;
        this.caller = new CarelessCaller(simulator, config.host().cancels());
    }

    /** Lets a random process of another node take the node over, if there is one. */
    void begin(int node) {
        List<ClusterProcess> takers = nodes.usable().stream()
                .filter(process -> process.nodeId() != node)
                .toList();
        if (takers.isEmpty()) {
            return;
        }
        ClusterProcess taker = takers.get(simulator.random().nextInt(takers.size()));
        StreamStore store = Objects.requireNonNull(taker.usable());
        if (simulator.chance(0.3)) {
            store.listNodes()
                    .thenAccept(listed -> listed.stream()
                            .filter(info -> info.id() == node)
                            .findFirst()
                            .ifPresent(info -> afterReaction(taker, info)));
        } else {
            takeOver(taker, store, node, 0);
        }
    }

    /** The host of the taker decides some time after it has read the epoch. Others may have replaced the node then. */
    private void afterReaction(ClusterProcess taker, NodeInfo info) {
        simulator.after(
                simulator.latency(MEAN_REACTION.toNanos()),
                "conditional take-over",
                () -> taker.sim().whenRunning(() -> {
                    StreamStore store = taker.usable();
                    if (store != null && !nodes.isCalm() && !nodes.isHeadSetBack()) {
                        takeOver(taker, store, info.id(), info.epoch());
                    }
                }));
    }

    /** @param ifEpoch the condition of the call; 0 for none */
    private void takeOver(ClusterProcess taker, StreamStore store, int node, long ifEpoch) {
        Ledgers.Fencing fencing = ledgers.fence(node, NOBODY);
        taker.onEnd(fencing::expired);
        simulator.count(ifEpoch == 0 ? "take-over" : "conditional take-over");
        taker.beginsTakeOver();
        TakeOverOptions options = TakeOverOptions.defaults().walUris(config.walsOf(node));
        CompletableFuture<TakeOverReport> taken =
                caller.of(store.takeOver(node, ifEpoch == 0 ? options : options.ifEpoch(ifEpoch)));
        findings.expectAnswer("takeOver", taker.sim(), taken);
        taken.whenComplete((report, error) -> findings.guard(() -> {
            if (error == null || !Findings.isCallerGone(error)) {
                taker.endsTakeOver();
            }
            if (error == null) {
                checkTaken(report, ifEpoch);
                fencing.done();
                simulator.count("taken over");
            } else {
                failed(fencing, ifEpoch, error);
            }
        }));
    }

    private static void checkTaken(TakeOverReport report, long ifEpoch) {
        if (report.nodeEpoch() <= ifEpoch) {
            throw new HistoryViolation("node " + report.nodeId() + ": taken over at epoch " + report.nodeEpoch()
                    + ", on the condition of epoch " + ifEpoch);
        }
    }

    private void failed(Ledgers.Fencing fencing, long ifEpoch, @Nullable Throwable error) {
        if (error instanceof NodeEpochConflictException conflict) {
            simulator.count("take-over refused: another epoch");
            if (conflict.expected() != ifEpoch || conflict.current() == ifEpoch) {
                throw new HistoryViolation("a conflict of epochs names other ones: " + conflict.getMessage());
            }
        } else if (!(error instanceof InvalidRequestException)) { // the node never existed
            findings.rejectCorruption(error);
        }
        simulator.count("take-over failed");
        if (!Findings.isCallerGone(error)) {
            simulator.after(ClusterNodes.LATE_NANOS, "take-over is over", fencing::expired);
        } // otherwise the take-over continues unheard
    }
}
