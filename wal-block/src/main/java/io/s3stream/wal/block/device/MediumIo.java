package io.s3stream.wal.block.device;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.runtime.IoExecutor;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all I/O on an attached medium. It closes the device, and so releases the lock, only when the last operation has
 * ended. Otherwise a write could reach the medium after the next owner has read it.
 *
 * <p>Owns the operation count and the closed flag. Thread-safe.
 */
public final class MediumIo {

    private static final Logger log = LoggerFactory.getLogger(MediumIo.class);

    private final String name;
    private final BlockDevice device;
    private final IoExecutor executor;
    private final ByteBufAllocator allocator;
    private int underWay;
    private boolean closed;

    public MediumIo(String name, BlockDevice device, IoExecutor executor, ByteBufAllocator allocator) {
        this.name = name;
        this.device = device;
        this.executor = executor;
        this.allocator = allocator;
    }

    /** Returns the medium's name in messages. */
    public String name() {
        return name;
    }

    public BlockDevice device() {
        return device;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** Runs a task on the executor. An {@link IOException} of the task becomes a {@link StorageException}. */
    public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
        if (!begin()) {
            return CompletableFuture.failedFuture(new StoreClosedException("block WAL " + name + " is detached"));
        }
        return executor.submit(operation, () -> {
            try {
                return task.call();
            } catch (IOException e) {
                throw new StorageException("block WAL " + name + ": " + operation + " failed: " + e.getMessage(), e);
            } finally {
                end();
            }
        });
    }

    /** Refuses further operations. The lock is free when all operations in flight have ended. */
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (underWay > 0) {
                return;
            }
        }
        detach();
    }

    private synchronized boolean begin() {
        if (closed) {
            return false;
        }
        underWay++;
        return true;
    }

    private void end() {
        synchronized (this) {
            underWay--;
            if (!closed || underWay > 0) {
                return;
            }
        }
        detach();
    }

    private void detach() {
        executor.close();
        try {
            device.close();
        } catch (IOException e) {
            log.warn("block WAL {}: closing failed", name, e);
        }
    }
}
