package io.s3stream.testkit.storage;

import io.s3stream.spi.runtime.IoExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** A thread pool for tests of blocking media. */
public final class PooledIoExecutor implements IoExecutor {

    private final ExecutorService threads;

    public PooledIoExecutor(int threads) {
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            var thread = new Thread(task, "test-io");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
        var future = new CompletableFuture<T>();
        try {
            threads.execute(() -> {
                try {
                    future.complete(task.call());
                } catch (Throwable e) {
                    future.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
