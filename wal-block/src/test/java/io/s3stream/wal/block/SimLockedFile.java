package io.s3stream.wal.block;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.ProcessTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A file of one host with a POSIX lock, which its running holder sometimes loses. Owner of the content and of the lock.
 */
final class SimLockedFile {

    private final Simulator simulator;
    private final double losses;
    private final boolean blind;
    private final Map<String, SimNode> processes = new HashMap<>();
    private byte[] content = new byte[0];
    private SimNode holder;

    /**
     * @param losses the probability that the holder has lost a lock which another process wants
     * @param blind whether processes are in containers, so that none sees another
     */
    SimLockedFile(Simulator simulator, double losses, boolean blind) {
        this.simulator = simulator;
        this.losses = losses;
        this.blind = blind;
    }

    DeviceSource source(SimNode process) {
        processes.put(process.name(), process);
        return new DeviceSource() {
            @Override
            public BlockDevice open(Path path, boolean create) {
                return new Handle(process);
            }

            @Override
            public ProcessTable processes() {
                return new Table(process);
            }
        };
    }

    private final class Table implements ProcessTable {

        private final SimNode process;

        Table(SimNode process) {
            this.process = process;
        }

        @Override
        public String self() {
            return process.name();
        }

        @Override
        public boolean isGone(String other) {
            return !blind && !processes.get(other).isAlive();
        }

        @Override
        public boolean isRunning(String other) {
            return !blind && processes.get(other).isAlive();
        }
    }

    private final class Handle implements BlockDevice {

        private final SimNode process;

        Handle(SimNode process) {
            this.process = process;
        }

        @Override
        public boolean isFixedSize() {
            return false;
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            int length = (int) Math.max(0, Math.min(target.remaining(), content.length - position));
            target.put(content, (int) position, length);
            return length;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            if (!process.isAlive()) {
                throw new IOException("simulated: the process is dead");
            }
            source.get(content, (int) position, source.remaining());
        }

        @Override
        public void force() {}

        @Override
        public void grow(long bytes) {
            content = Arrays.copyOf(content, (int) Math.max(content.length, bytes));
        }

        @Override
        public boolean tryLock() {
            if (holder != null && holder != process && holder.isAlive()) {
                if (!simulator.chance(losses)) {
                    return false;
                }
                simulator.count("lock lost");
            }
            holder = process;
            return true;
        }

        @Override
        public LockIdentity lockIdentity() {
            return new LockIdentity("host", "boot", "disk", "1", "host", 1);
        }

        @Override
        public void close() {
            if (holder == process) {
                holder = null;
            }
        }
    }
}
