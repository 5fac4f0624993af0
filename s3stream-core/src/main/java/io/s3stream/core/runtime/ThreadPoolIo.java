package io.s3stream.core.runtime;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.runtime.IoExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs blocking operations on a pool. Shutdown lets running operations finish: interrupting them would close their
 * channels.
 */
final class ThreadPoolIo implements IoExecutor {

    private final ExecutorService pool;
    private final Runnable onClose;

    ThreadPoolIo(ExecutorService pool, Runnable onClose) {
        this.pool = pool;
        this.onClose = onClose;
    }

    @Override
    public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        try {
            pool.execute(() -> run(task, future));
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(new StorageException(operation + " refused: the store is closed", e));
        }
        return future;
    }

    private static <T> void run(Callable<T> task, CompletableFuture<T> future) {
        T value;
        try {
            value = task.call();
        } catch (Throwable e) {
            future.completeExceptionally(e);
            return;
        }
        future.complete(value);
    }

    @Override
    public void close() {
        onClose.run();
        pool.shutdown();
    }
}
