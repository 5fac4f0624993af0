package io.s3stream.simulation.cluster;

import io.s3stream.simulation.history.Findings;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Disturbs the processes of the nodes: crashes, pauses, rivals, errors and storage faults. */
final class ClusterTroubles {

    private static final Set<String> ATTACHING =
            Set.of("wal-open", "wal-attach", "wal-check", "wal-look", "wal-format", "wal-prepare", "wal-opening");

    private final Simulator simulator;
    private final SwarmConfig config;
    private final Findings findings;
    private final ClusterNodes nodes;
    private final Outage outage;
    private final HeadSetBack setBack;

    ClusterTroubles(
            ClusterNodes nodes, ClusterNodes.World world, Findings findings, Outage outage, HeadSetBack setBack) {
        this.simulator = world.simulator();
        this.config = world.config();
        this.findings = findings;
        this.nodes = nodes;
        this.outage = outage;
        this.setBack = setBack;
    }

    /** Disturbs a random process. */
    void begin(SwarmConfig.Trouble trouble) {
        List<ClusterProcess> all = nodes.alive();
        if (all.isEmpty()) {
            return;
        }
        ClusterProcess process = all.get(simulator.random().nextInt(all.size()));
        switch (trouble) {
            case CRASH -> process.sim().crash();
            case PAUSE -> pause(process);
            case RIVAL -> {
                simulator.count("rival");
                nodes.revive(process.nodeId());
            }
            case TAKE_OVER -> nodes.takeOver(process.nodeId());
            case CUT_OFF -> cutOff(process);
            case SLOW -> {
                simulator.count("fault: slow node");
                process.sim().slow(2 + simulator.random().nextInt(20));
                later(() -> process.sim().slow(1));
            }
            case CLOCK -> process.sim().jumpWallClock(simulator.random().nextLong(-86_400_000, 86_400_000));
            case OUTAGE -> outage.begin();
            case ERRORS -> throwErrors(process);
            case SET_BACK -> setBack.prepare(nodes.usable());
        }
    }

    /** Throws one to three errors from any lines. The host then closes the store at some time, or the process dies. */
    private void throwErrors(ClusterProcess process) {
        double probability = Math.pow(10, -2 * simulator.random().nextDouble());
        AtomicInteger left = new AtomicInteger(1 + simulator.random().nextInt(3));
        findings.tolerateErrors();
        process.sim().throwAt(where -> left.get() > 0 && simulator.chance(probability) && left.getAndDecrement() > 0);
    }

    /** The medium that is attached next may hang for a while. */
    void mayHang(ClusterProcess process) {
        if (simulator.chance(config.host().walHangs())) {
            process.sim().hang(ATTACHING::contains);
            later(() -> process.sim().hang(operation -> false));
        }
    }

    private void pause(ClusterProcess process) {
        process.sim().pause();
        long length = later(process.sim()::resume);
        if (length > 100_000_000 && simulator.chance(0.5)) {
            simulator.count("replaced while paused");
            nodes.replace(process.nodeId());
        }
    }

    private void cutOff(ClusterProcess process) {
        switch (simulator.random().nextInt(4)) {
            case 0 -> {
                process.parts().reach().block(true);
                later(() -> process.parts().reach().block(false));
            }
            case 1 -> faulty(process, new StorageFaults(1, 0, 0, 0), "fault: cut off");
            case 2 -> faulty(process, new StorageFaults(0.3, 0.7, 0, 0), "fault: receives no answers");
            default -> faulty(process, new StorageFaults(0.1, 0.2, 0.5, 0.5), "fault: late and repeated");
        }
    }

    private void faulty(ClusterProcess process, StorageFaults faults, String what) {
        simulator.count(what);
        process.faults(faults);
        later(() -> process.faults(nodes.isCalm() ? StorageFaults.NONE : config.storage()));
    }

    /**
     * Runs {@code end} after a random time: mostly soon, sometimes long after other nodes' timeouts. Returns that time.
     */
    private long later(Runnable end) {
        long length = (long) (20_000_000 * Math.pow(200, simulator.random().nextDouble()));
        simulator.after(length, "trouble ends", end);
        return length;
    }
}
