package io.s3stream.simulation.world;

import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.wal.block.BlockWalProvider;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.ProcessTable;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.TailJudge;
import io.s3stream.wal.s3.S3WalProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files that a node may use as WALs, by path. Each exists from the start. A subclass adds other media. */
public class SimDisks {

    private final Simulator simulator;
    private final Map<Path, SimDisk> disks = new TreeMap<>();
    private final Map<String, SimNode> processes = new TreeMap<>();
    private double writeFailures;
    private double lockLosses;

    public SimDisks(Simulator simulator) {
        this.simulator = simulator;
    }

    /** Returns the WALs that a process finds. */
    public List<WalProvider> providers(SimNode node, TailJudge judge, FenceRules rules) {
        return List.of(settling(new BlockWalProvider(source(node), judge, rules)), new S3WalProvider());
    }

    /** The source of a process's files. Some processes are in containers and do not see others. */
    protected final DeviceSource source(SimNode node) {
        processes.put(node.name(), node);
        boolean isContained = node.name().hashCode() % 2 == 0;
        SimProcesses seen = new SimProcesses(node, isContained ? Map.of() : processes);
        return new DeviceSource() {
            @Override
            public BlockDevice open(Path path, boolean create) {
                return new SimBlockDevice(at(path), node);
            }

            @Override
            public ProcessTable processes() {
                return seen;
            }
        };
    }

    /** A provider that tells these disks when a new generation begins. */
    protected final WalProvider settling(WalProvider block) {
        return new SettlingWal(block, this);
    }

    public SimDisk at(Path path) {
        return disks.computeIfAbsent(path, fresh -> {
            SimDisk disk = new SimDisk(simulator);
            disk.failWrites(writeFailures);
            disk.loseLocks(lockLosses);
            return disk;
        });
    }

    /** The probability that a write fails, on every disk. */
    public final void failWrites(double probability) {
        writeFailures = probability;
        disks.values().forEach(disk -> disk.failWrites(probability));
    }

    /** The probability that a running holder has lost a lock which another process wants. */
    public final void loseLocks(double probability) {
        lockLosses = probability;
        disks.values().forEach(disk -> disk.loseLocks(probability));
    }

    /** Executes the pending writes of a dead process, possibly torn. */
    protected final void tear(SimNode.PendingIo io) {
        disks.values().forEach(disk -> disk.tearing(true));
        try {
            io.task().call();
        } catch (Exception e) {
            simulator.count("fault: operation cut short by crash");
        } finally {
            disks.values().forEach(disk -> disk.tearing(false));
        }
    }

    /** Failed writes of a dead process may land now. */
    protected final void landFailed() {
        disks.values().forEach(SimDisk::landFailed);
    }

    public void onCrash(SimNode node) {
        disks.values().forEach(disk -> disk.onCrash(node));
    }
}
