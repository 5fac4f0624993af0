package io.s3stream.simulation.cluster;

import io.s3stream.simulation.world.SimDisks;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.wal.block.BlockWalProvider;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.TailJudge;
import io.s3stream.wal.nfs.NfsWalProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The media of the WALs: a machine's disks with a lock each, a device attached to all machines, a file server. Decides
 * the fate of a dead process's pending operations: each is lost, executed now and possibly torn, or executed much
 * later.
 */
public final class ClusterMedia extends SimDisks {

    public static final Path SHARED = Path.of("/dev/shared");
    static final String NFS = "/nfs";

    /** How often a lock that a running process holds is found free. */
    private static final double LOCK_LOSSES = 0.3;

    private static final long LATE_NANOS = 400_000_000;

    private final Simulator simulator;
    private final SimSharedDevice shared;
    private final SimNfsServer files = new SimNfsServer(NFS);
    private final Map<String, SimNfsClient> clients = new HashMap<>();
    private double failures;

    /** @param sharedBytes size of the shared device, which is blank */
    public ClusterMedia(Simulator simulator, long sharedBytes) {
        super(simulator);
        this.simulator = simulator;
        this.shared = new SimSharedDevice(simulator, sharedBytes);
        loseLocks(LOCK_LOSSES);
    }

    /** How often operations fail, on every medium. */
    void fail(double probability) {
        failures = probability;
        failWrites(probability);
        shared.failWrites(probability);
        clients.values().forEach(client -> client.fail(probability));
    }

    @Override
    public List<WalProvider> providers(SimNode node, TailJudge judge, FenceRules rules) {
        SimNfsClient client = new SimNfsClient(simulator, files, failures);
        clients.put(node.name(), client);
        List<WalProvider> all = new ArrayList<>(super.providers(node, judge, rules));
        all.set(0, settling(new BlockWalProvider(shared.source(node, SHARED, source(node)), judge, rules)));
        all.add(new NfsWalProvider(client));
        return List.copyOf(all);
    }

    @Override
    public void onCrash(SimNode node) {
        landFailed();
        List<SimNode.PendingIo> late = new ArrayList<>();
        for (SimNode.PendingIo io : node.pendingIo()) {
            int fate = simulator.random().nextInt(10);
            if (fate < 4) {
                simulator.count("fault: write lost in crash");
            } else if (fate < 7) {
                tear(io);
            } else {
                late.add(io);
            }
        }
        long last = 0;
        for (SimNode.PendingIo io : late) {
            long delay = (long) (simulator.random().nextDouble() * LATE_NANOS);
            last = Math.max(last, delay + 1);
            simulator.after(delay, "late " + io.operation(), () -> carryOut(io));
        }
        simulator.after(last, "process gone", () -> {
            shared.gone(node);
            SimNfsClient client = clients.remove(node.name());
            if (client != null) {
                client.crash();
            }
        });
    }

    private void carryOut(SimNode.PendingIo io) {
        try {
            io.task().call();
            simulator.count("fault: operation lands late");
        } catch (Exception e) {
            simulator.count("fault: late operation fails");
        }
    }
}
