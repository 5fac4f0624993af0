package io.s3stream.wal.block;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A runtime that runs everything at once on the calling thread. While held, it runs I/O only on a test's command, in
 * the commanded order.
 */
public final class InlineRuntime implements EngineRuntime {

    private final Random random = new Random(42);
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;

    /** Holds I/O from now on until {@link #run}. */
    public void hold() {
        holding = true;
    }

    int waiting() {
        return held.size();
    }

    public void run(int index) {
        held.remove(index).run();
    }

    @Override
    public IoExecutor ioExecutor(String name, int threads) {
        return new IoExecutor() {
            @Override
            public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
                CompletableFuture<T> result = new CompletableFuture<>();
                Runnable run = () -> {
                    try {
                        result.complete(task.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                };
                if (holding) {
                    held.add(run);
                } else {
                    run.run();
                }
                return result;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public long currentTimeMillis() {
        return 1_700_000_000_000L;
    }

    @Override
    public SerialContext serialContext(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer schedule(Duration delay, Executor context, Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Executor callbacks() {
        return Runnable::run;
    }

    @Override
    public long randomLong() {
        return random.nextLong();
    }

    @Override
    public void close() {}
}
