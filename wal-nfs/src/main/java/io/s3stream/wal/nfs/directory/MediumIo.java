package io.s3stream.wal.nfs.directory;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.runtime.IoExecutor;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Runs all I/O on an attached directory. After {@link #close}, releases the executor when the last operation has ended.
 *
 * <p>Owns the operation count and the closed flag. Thread-safe.
 */
public final class MediumIo {

    private final String name;
    private final NfsDirectory directory;
    private final IoExecutor executor;
    private final ByteBufAllocator allocator;
    private int underWay;
    private boolean closed;

    public MediumIo(String name, NfsDirectory directory, IoExecutor executor, ByteBufAllocator allocator) {
        this.name = name;
        this.directory = directory;
        this.executor = executor;
        this.allocator = allocator;
    }

    /** Returns the medium's name in messages. */
    public String name() {
        return name;
    }

    public NfsDirectory directory() {
        return directory;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** Runs a task on the executor. An {@link IOException} of the task becomes a {@link StorageException}. */
    public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new StoreClosedException("NFS WAL " + name + " is detached"));
            }
            underWay++;
        }
        return executor.submit(operation, () -> {
            try {
                return task.call();
            } catch (IOException e) {
                throw failed(operation, e);
            } finally {
                end();
            }
        });
    }

    /** Returns the exception for a failure of the file system. */
    public StorageException failed(String operation, IOException cause) {
        return new StorageException("NFS WAL " + name + ": " + operation + " failed: " + cause.getMessage(), cause);
    }

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
        executor.close();
    }

    private void end() {
        synchronized (this) {
            underWay--;
            if (!closed || underWay > 0) {
                return;
            }
        }
        executor.close();
    }
}
