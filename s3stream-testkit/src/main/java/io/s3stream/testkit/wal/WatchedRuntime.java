package io.s3stream.testkit.wal;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;

/** Tracks open I/O executors, since a WAL must close its executors when its medium is closed. Thread-safe. */
final class WatchedRuntime implements EngineRuntime {

    private final EngineRuntime runtime;
    private final Set<IoExecutor> open = ConcurrentHashMap.newKeySet();

    WatchedRuntime(EngineRuntime runtime) {
        this.runtime = runtime;
    }

    /** Waits until all executors are closed. */
    void requireQuiet() {
        Awaitility.await("all I/O executors are closed after their media")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(open::isEmpty);
    }

    @Override
    public long nanoTime() {
        return runtime.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return runtime.currentTimeMillis();
    }

    @Override
    public SerialContext serialContext(String name) {
        return runtime.serialContext(name);
    }

    @Override
    public IoExecutor ioExecutor(String name, int threads) {
        IoExecutor watched = new Watched(runtime.ioExecutor(name, threads));
        open.add(watched);
        return watched;
    }

    @Override
    public Timer schedule(Duration delay, Executor context, Runnable task) {
        return runtime.schedule(delay, context, task);
    }

    @Override
    public Executor callbacks() {
        return runtime.callbacks();
    }

    @Override
    public long randomLong() {
        return runtime.randomLong();
    }

    @Override
    public void close() {
        runtime.close();
    }

    private final class Watched implements IoExecutor {

        private final IoExecutor executor;

        Watched(IoExecutor executor) {
            this.executor = executor;
        }

        @Override
        public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
            return executor.submit(operation, task);
        }

        @Override
        public void close() {
            open.remove(this);
            executor.close();
        }
    }
}
