package io.s3stream.testkit.runtime;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime with real threads, for tests of a single part without the engine. It has a thread for each serial context
 * and a pool for each I/O executor. Randomness comes from a seed. {@link #close()} waits until every thread has ended,
 * so a test that leaks a thread hangs there and not later.
 */
public final class ThreadedTestRuntime implements EngineRuntime {

    private static final Logger log = LoggerFactory.getLogger(ThreadedTestRuntime.class);

    private final Random random;
    private final List<ExecutorService> executors = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timers;
    private final ExecutorService callbacks;

    public ThreadedTestRuntime(long seed) {
        this.random = new Random(seed);
        this.timers = Executors.newSingleThreadScheduledExecutor(threads("test-timer"));
        this.callbacks = register(Executors.newSingleThreadExecutor(threads("test-callback")));
        executors.add(timers);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public SerialContext serialContext(String name) {
        ExecutorService thread = register(Executors.newSingleThreadExecutor(threads(name)));
        return task -> thread.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("task of {} failed", name, e);
            }
        });
    }

    @Override
    public IoExecutor ioExecutor(String name, int threads) {
        return new Pool(register(Executors.newFixedThreadPool(threads, threads(name))));
    }

    @Override
    public Timer schedule(Duration delay, Executor context, Runnable task) {
        var future = timers.schedule(() -> context.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public synchronized long randomLong() {
        return random.nextLong();
    }

    @Override
    public void close() {
        timers.shutdownNow(); // drops pending timers; no timer task blocks on I/O
        executors.forEach(ExecutorService::shutdown);
        try {
            for (ExecutorService executor : executors) {
                if (!executor.awaitTermination(30, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("a task of " + executor + " does not end");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for threads to end", e);
        }
    }

    private ExecutorService register(ExecutorService executor) {
        executors.add(executor);
        return executor;
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private record Pool(ExecutorService executor) implements IoExecutor {

        @Override
        public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
            CompletableFuture<T> result = new CompletableFuture<>();
            try {
                executor.execute(() -> {
                    try {
                        result.complete(task.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                result.completeExceptionally(e);
            }
            return result;
        }

        @Override
        public void close() {
            executor.shutdown();
        }
    }
}
