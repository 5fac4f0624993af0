package io.s3stream.wal.nfs.directory;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.wal.common.GuardedIo;

/** Runs all I/O on an attached directory. Thread-safe. */
public final class MediumIo extends GuardedIo {

    private final NfsDirectory directory;

    public MediumIo(String name, NfsDirectory directory, IoExecutor executor, ByteBufAllocator allocator) {
        super("NFS WAL", name, executor, allocator);
        this.directory = directory;
    }

    public NfsDirectory directory() {
        return directory;
    }

    /** A directory has nothing to close. */
    @Override
    protected void closeMedium() {}
}
