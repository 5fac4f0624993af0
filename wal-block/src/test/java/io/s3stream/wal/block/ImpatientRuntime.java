package io.s3stream.wal.block;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.concurrent.Executor;

/** A runtime that runs everything at once, including delayed tasks. */
final class ImpatientRuntime implements EngineRuntime {

    private final InlineRuntime inline = new InlineRuntime();

    @Override
    public long nanoTime() {
        return inline.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return inline.currentTimeMillis();
    }

    @Override
    public SerialContext serialContext(String name) {
        return inline.serialContext(name);
    }

    @Override
    public IoExecutor ioExecutor(String name, int threads) {
        return inline.ioExecutor(name, threads);
    }

    @Override
    public Timer schedule(Duration delay, Executor context, Runnable task) {
        context.execute(task);
        return () -> false;
    }

    @Override
    public Executor callbacks() {
        return inline.callbacks();
    }

    @Override
    public long randomLong() {
        return inline.randomLong();
    }

    @Override
    public void close() {}
}
