package io.s3stream.wal.block;

import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.ProcessTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The devices of one process. On a test's command, their writes fail, lose their answer or wait. Thread-safe. */
final class FaultyDevices implements DeviceSource {

    final AtomicBoolean failing = new AtomicBoolean();
    final AtomicBoolean losing = new AtomicBoolean();
    final AtomicInteger waiting = new AtomicInteger();
    private final DeviceSource devices;
    private boolean holding;

    FaultyDevices(DeviceSource devices) {
        this.devices = devices;
    }

    synchronized void hold(boolean hold) {
        holding = hold;
        notifyAll();
    }

    private synchronized void pass() {
        waiting.incrementAndGet();
        while (holding) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new AssertionError("an I/O thread was interrupted", e);
            }
        }
        waiting.decrementAndGet();
    }

    @Override
    public BlockDevice open(Path path, boolean create) throws IOException {
        return new Faulty(devices.open(path, create));
    }

    @Override
    public ProcessTable processes() {
        return devices.processes();
    }

    private final class Faulty implements BlockDevice {

        private final BlockDevice device;

        Faulty(BlockDevice device) {
            this.device = device;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            if (failing.get()) {
                throw new IOException("simulated: a write fails");
            }
            pass();
            device.write(source, position);
            if (losing.get()) {
                throw new IOException("simulated: a write has no answer");
            }
        }

        @Override
        public boolean isFixedSize() {
            return device.isFixedSize();
        }

        @Override
        public long size() throws IOException {
            return device.size();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return device.read(target, position);
        }

        @Override
        public void force() throws IOException {
            device.force();
        }

        @Override
        public void grow(long bytes) throws IOException {
            device.grow(bytes);
        }

        @Override
        public boolean tryLock() throws IOException {
            return device.tryLock();
        }

        @Override
        public LockIdentity lockIdentity() {
            return device.lockIdentity();
        }

        @Override
        public void close() throws IOException {
            device.close();
        }
    }
}
