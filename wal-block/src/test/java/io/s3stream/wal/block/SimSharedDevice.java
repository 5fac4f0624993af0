package io.s3stream.wal.block;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.LockIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A device that several hosts are attached to. An operation takes effect when the node of its process executes it. A
 * paused node holds it back, possibly until after the process's death.
 */
final class SimSharedDevice {

    private final Simulator simulator;
    private final byte[] content;
    private double readErrors;

    SimSharedDevice(Simulator simulator, int bytes) {
        this.simulator = simulator;
        this.content = new byte[bytes];
    }

    /** The probability that a read of a single block, such as a fence cell, fails. */
    void failReads(double probability) {
        readErrors = probability;
    }

    DeviceSource source(SimNode node) {
        return (Path path, boolean create) -> new Handle();
    }

    /** Some pending operations of a dead process execute in the end, possibly very late. */
    void landLate(SimNode dead, long withinNanos) {
        for (SimNode.PendingIo io : dead.pendingIo()) {
            if (simulator.chance(0.6)) {
                long delay = (long) (simulator.random().nextDouble() * withinNanos);
                simulator.after(delay, "late " + io.operation(), () -> {
                    simulator.count("late " + io.operation());
                    try {
                        io.task().call();
                    } catch (Exception e) {
                        simulator.count("late operation fails: " + e.getClass().getSimpleName());
                    }
                });
            }
        }
    }

    private final class Handle implements BlockDevice {

        @Override
        public boolean isFixedSize() {
            return true;
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            if (target.remaining() == ALIGNMENT && simulator.chance(readErrors)) {
                simulator.count("fault: read error");
                throw new IOException("simulated: read error");
            }
            int length = (int) Math.max(0, Math.min(target.remaining(), content.length - position));
            target.put(content, (int) position, length);
            return length;
        }

        @Override
        public void write(ByteBuffer source, long position) {
            source.get(content, (int) position, source.remaining());
        }

        @Override
        public void force() {}

        @Override
        public void grow(long bytes) {}

        @Override
        public boolean tryLock() {
            throw new AssertionError("shared mode has no lock");
        }

        @Override
        public LockIdentity lockIdentity() {
            return new LockIdentity("host", "boot", "disk", "1", "host", 1);
        }

        @Override
        public void close() {}
    }
}
