package io.s3stream.simulation;

import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.wal.block.BlockDevice;
import io.s3stream.wal.block.BlockWalProvider;
import io.s3stream.wal.block.FenceRules;
import io.s3stream.wal.block.TailJudge;
import io.s3stream.wal.s3.S3WalProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files a node may use as WALs, by path; each is there from the start. A subclass has other media besides. */
public class SimDisks {

    private final Simulator simulator;
    private final Map<Path, SimDisk> disks = new TreeMap<>();
    private double writeFailures;

    public SimDisks(Simulator simulator) {
        this.simulator = simulator;
    }

    /** The WALs that a process finds. */
    public List<WalProvider> providers(SimNode node, TailJudge judge, FenceRules rules) {
        return List.of(
                settling(new BlockWalProvider((path, create) -> device(path, node), judge, rules)),
                new S3WalProvider());
    }

    /** A provider that tells these disks when a new generation begins. */
    protected final WalProvider settling(WalProvider block) {
        return new SettlingWal(block, this);
    }

    /** A process's handle on the file at a path. */
    protected BlockDevice device(Path path, SimNode node) {
        return new SimBlockDevice(at(path), node);
    }

    SimDisk at(Path path) {
        return disks.computeIfAbsent(path, fresh -> {
            SimDisk disk = new SimDisk(simulator);
            disk.failWrites(writeFailures);
            return disk;
        });
    }

    /** The probability that a write fails, wherever. */
    public final void failWrites(double probability) {
        writeFailures = probability;
        disks.values().forEach(disk -> disk.failWrites(probability));
    }

    /** Carries out what a dead process had handed over, torn perhaps. */
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

    /** Failed writes of a process that died may land now. */
    protected final void landFailed() {
        disks.values().forEach(SimDisk::landFailed);
    }

    public void onCrash(SimNode node) {
        disks.values().forEach(disk -> disk.onCrash(node));
    }
}
