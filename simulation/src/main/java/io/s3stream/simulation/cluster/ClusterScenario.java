package io.s3stream.simulation.cluster;

import io.s3stream.api.StreamStore;
import io.s3stream.simulation.FinalVerifier;
import io.s3stream.simulation.LeftOvers;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.Simulator;
import java.util.List;
import java.util.Objects;

/**
 * Several nodes over one bucket, with streams that move between them. Processes crash, pause for any time, are replaced
 * while they run, are cut off from the bucket, become slow, and switch WALs. The scenario reports a fault as soon as it
 * occurs. In the end all trouble ends and everything is read and compared.
 */
public final class ClusterScenario {

    private final Simulator simulator;
    private final SwarmConfig config;
    private final Findings findings = new Findings();
    private final FinalVerifier verifier;
    private final LeftOvers leftOvers;
    private final HeadWatch head;
    private final Ledgers ledgers;
    private final ClusterNodes nodes;
    private final ClusterActions clients;

    public ClusterScenario(long seed, SwarmConfig config, SimEngine.Factory engine) {
        SimBucket bucket = new SimBucket();
        this.simulator = new Simulator(seed);
        this.config = config;
        this.verifier = new FinalVerifier(simulator, bucket);
        this.leftOvers = new LeftOvers(simulator, bucket);
        this.head = new HeadWatch(bucket);
        this.ledgers = new Ledgers(simulator, verifier);
        ClusterNodes.World world = new ClusterNodes.World(simulator, config, engine, bucket);
        this.nodes = new ClusterNodes(world, findings, ledgers);
        this.clients = new ClusterActions(world, findings, verifier, ledgers, nodes);
    }

    /** Runs the whole history. Throws {@link HistoryViolation} or {@link IllegalStateException} for any fault. */
    public Simulator run() {
        nodes.prepare();
        for (int node = 0; node < config.nodes(); node++) {
            nodes.revive(node);
        }
        for (int i = 0; i < config.actions(); i++) {
            nodes.tend();
            clients.act(config.pick(simulator.random()));
            if (simulator.chance(config.host().illFormed())) {
                clients.passIllFormed();
            }
            config.troubles().forEach((trouble, probability) -> {
                if (simulator.chance(probability)) {
                    nodes.troubles().begin(trouble);
                }
            });
            simulator.runFor(simulator.latency(simulator.chance(0.2) ? 20_000_000 : 3_000_000));
            check();
        }
        List<ClusterProcess> last = nodes.calm();
        check();
        StreamStore store = Objects.requireNonNull(last.get(0).usable());
        verifier.verify(store);
        leftOvers.verify(store);
        nodes.closeAll(last);
        check();
        boolean maySeeDamage = simulator.counts().containsKey("fault: register set back");
        if (!maySeeDamage && simulator.counts().containsKey("step compact.damaged")) {
            throw new HistoryViolation("a compaction found damage, or its proof failed, although nothing was damaged");
        }
        verifier.verifyRebuild();
        ledgers.check();
        return simulator;
    }

    private void check() {
        findings.throwIfAny();
        if (!nodes.isHeadSetBack()) {
            head.look();
        }
    }
}
