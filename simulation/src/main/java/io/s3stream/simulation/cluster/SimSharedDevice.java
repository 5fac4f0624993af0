package io.s3stream.simulation.cluster;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.ProcessTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A device that every process is attached to. An operation takes effect when the simulated process executes it. Some
 * pending operations of a dead process execute later. Owner of its content, and of the list of ended processes.
 */
final class SimSharedDevice {

    private static final int PAGE = BlockDevice.ALIGNMENT;

    private final Simulator simulator;
    private final long size;
    private final Map<Long, byte[]> pages = new HashMap<>();
    private final Set<String> gone = new TreeSet<>();
    private double failures;

    SimSharedDevice(Simulator simulator, long size) {
        this.simulator = simulator;
        this.size = size;
    }

    /** The probability that a write fails, having had some effect or none. */
    void failWrites(double probability) {
        failures = probability;
    }

    /** The process has no pending operation. */
    void gone(SimNode process) {
        gone.add(process.name());
    }

    /** The source of a process's device, and {@code others} for every other path. */
    DeviceSource source(SimNode process, Path path, DeviceSource others) {
        return new DeviceSource() {
            @Override
            public BlockDevice open(Path wanted, boolean create) throws IOException {
                return wanted.equals(path) ? new Handle() : others.open(wanted, create);
            }

            @Override
            public ProcessTable processes() {
                return new ProcessTable() {
                    @Override
                    public String self() {
                        return process.name();
                    }

                    @Override
                    public boolean isGone(String other) {
                        return gone.contains(other);
                    }

                    @Override
                    public boolean isRunning(String other) {
                        return others.processes().isRunning(other);
                    }
                };
            }
        };
    }

    private final class Handle implements BlockDevice {

        @Override
        public boolean isFixedSize() {
            return true;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            if (simulator.chance(failures / 2)) {
                simulator.count("fault: shared read fails");
                throw new IOException("simulated: read failed");
            }
            int length = (int) Math.max(0, Math.min(target.remaining(), size - position));
            for (int done = 0; done < length; ) {
                long at = position + done;
                int part = (int) Math.min(length - done, PAGE - at % PAGE);
                byte[] page = pages.get(at / PAGE);
                if (page == null) {
                    target.put(new byte[part]);
                } else {
                    target.put(page, (int) (at % PAGE), part);
                }
                done += part;
            }
            return length;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            boolean fails = simulator.chance(failures);
            for (long at = position; source.hasRemaining(); at += PAGE) {
                byte[] page = new byte[PAGE];
                source.get(page);
                if (!fails || simulator.chance(0.5)) {
                    pages.put(at / PAGE, page);
                }
            }
            if (fails) {
                simulator.count("fault: shared write fails");
                throw new IOException("simulated: write failed");
            }
        }

        @Override
        public void force() {}

        @Override
        public void grow(long bytes) {}

        @Override
        public boolean tryLock() {
            throw new IllegalStateException("shared mode has no lock");
        }

        @Override
        public LockIdentity lockIdentity() {
            return new LockIdentity("host", "boot", "disk", "1", "host", 1);
        }

        @Override
        public void close() {}
    }
}
