package io.s3stream.simulation.world;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.LockIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A node's handle on a {@link SimDisk}. */
final class SimBlockDevice implements BlockDevice {

    private final SimDisk disk;
    private final SimNode node;

    SimBlockDevice(SimDisk disk, SimNode node) {
        this.disk = disk;
        this.node = node;
    }

    @Override
    public boolean isFixedSize() {
        return false;
    }

    @Override
    public long size() {
        return disk.content().length;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        requireAlive();
        int length = (int) Math.max(0, Math.min(target.remaining(), disk.content().length - position));
        target.put(disk.content(), (int) position, length);
        return length;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        requireAlive();
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        if (!disk.write(bytes, Math.toIntExact(position))) {
            throw new IOException("simulated: write failed");
        }
    }

    @Override
    public void force() throws IOException {
        requireAlive();
    }

    @Override
    public void grow(long bytes) throws IOException {
        requireAlive();
        disk.grow(Math.toIntExact(bytes));
    }

    @Override
    public boolean tryLock() {
        return disk.lock(node);
    }

    @Override
    public LockIdentity lockIdentity() {
        return new LockIdentity("host", "boot", "disk", "1", "host", 1);
    }

    @Override
    public void close() {
        disk.unlock(node);
    }

    private void requireAlive() throws IOException {
        if (!node.isAlive() && !disk.isTearing()) {
            throw new IOException("simulated: the process is dead");
        }
    }
}
