package io.s3stream.wal.common;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.runtime.IoExecutor;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Runs all blocking I/O on an attached medium. After {@link #close}, it releases the executor and the medium when the
 * last operation has ended. Thread-safe.
 */
public abstract class GuardedIo {

    private final String kind;
    private final String name;
    private final IoExecutor executor;
    private final ByteBufAllocator allocator;
    private final OperationCount operations = new OperationCount(this::detach);

    /**
     * @param kind the kind of WAL, which stands before the name in messages
     * @param name the medium's name in messages
     * @param executor released by this object
     */
    protected GuardedIo(String kind, String name, IoExecutor executor, ByteBufAllocator allocator) {
        this.kind = kind;
        this.name = name;
        this.executor = executor;
        this.allocator = allocator;
    }

    /** Returns the medium's name in messages. */
    public final String name() {
        return name;
    }

    public final ByteBufAllocator allocator() {
        return allocator;
    }

    /** Runs a task on the executor. An {@link IOException} of the task becomes a {@link StorageException}. */
    public final <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
        if (!operations.begin()) {
            return CompletableFuture.failedFuture(new StoreClosedException(kind + " " + name + " is detached"));
        }
        return executor.submit(operation, () -> {
            try {
                return task.call();
            } catch (IOException e) {
                throw failed(operation, e);
            } finally {
                operations.end();
            }
        });
    }

    /** Returns the exception for a failure of the medium. */
    public final StorageException failed(String operation, IOException cause) {
        return new StorageException(kind + " " + name + ": " + operation + " failed: " + cause.getMessage(), cause);
    }

    /** Refuses further operations. Operations in flight still end normally. */
    public final void close() {
        operations.close();
    }

    private void detach() {
        executor.close();
        closeMedium();
    }

    /** Closes the medium, once, when no operation is in flight. */
    protected abstract void closeMedium();
}
