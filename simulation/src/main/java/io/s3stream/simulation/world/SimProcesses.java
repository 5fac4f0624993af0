package io.s3stream.simulation.world;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.wal.block.device.ProcessTable;
import java.util.Map;

/** The processes that a process sees, by name. Immutable; the map grows. */
record SimProcesses(SimNode process, Map<String, SimNode> seen) implements ProcessTable {

    @Override
    public String self() {
        return process.name();
    }

    @Override
    public boolean isGone(String name) {
        SimNode other = seen.get(name);
        return other != null && !other.isAlive();
    }

    @Override
    public boolean isRunning(String name) {
        SimNode other = seen.get(name);
        return other != null && other.isAlive();
    }
}
