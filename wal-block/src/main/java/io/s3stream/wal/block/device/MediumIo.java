package io.s3stream.wal.block.device;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.wal.common.GuardedIo;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all I/O on an attached device. It closes the device, and so releases the lock, only when the last operation has
 * ended. Otherwise a write could reach the medium after the next owner has read it. Thread-safe.
 */
public final class MediumIo extends GuardedIo {

    private static final Logger log = LoggerFactory.getLogger(MediumIo.class);

    private final BlockDevice device;

    public MediumIo(String name, BlockDevice device, IoExecutor executor, ByteBufAllocator allocator) {
        super("block WAL", name, executor, allocator);
        this.device = device;
    }

    public BlockDevice device() {
        return device;
    }

    @Override
    protected void closeMedium() {
        try {
            device.close();
        } catch (IOException e) {
            log.warn("block WAL {}: closing failed", name(), e);
        }
    }
}
