package io.s3stream.simulation;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The files a node may use as WALs, by path; each is there from the start. */
final class SimDisks {

    private final Simulator simulator;
    private final Map<Path, SimDisk> disks = new TreeMap<>();
    private double writeFailures;

    SimDisks(Simulator simulator) {
        this.simulator = simulator;
    }

    SimDisk at(Path path) {
        return disks.computeIfAbsent(path, fresh -> {
            SimDisk disk = new SimDisk(simulator);
            disk.failWrites(writeFailures);
            return disk;
        });
    }

    /** The probability that a write fails, wherever. */
    void failWrites(double probability) {
        writeFailures = probability;
        disks.values().forEach(disk -> disk.failWrites(probability));
    }

    void onCrash(SimNode node) {
        disks.values().forEach(disk -> disk.onCrash(node));
    }
}
