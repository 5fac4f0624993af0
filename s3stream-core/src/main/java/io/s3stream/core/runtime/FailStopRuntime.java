package io.s3stream.core.runtime;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * The runtime of one store. It delegates to another runtime, except that its serial contexts report a task that throws
 * to the owners of their state [R38]. All parts of the store get their contexts here, including those of other modules.
 */
public final class FailStopRuntime implements EngineRuntime {

    private final EngineRuntime runtime;
    private final FailureRule rule;
    private final BiConsumer<String, Throwable> onFailure;

    /** @param onFailure receives the name of a failed context and the reason, after the owners of its state */
    public FailStopRuntime(EngineRuntime runtime, FailureRule rule, BiConsumer<String, Throwable> onFailure) {
        this.runtime = runtime;
        this.rule = rule;
        this.onFailure = onFailure;
    }

    @Override
    public SerialContext serialContext(String name) {
        FailStopContext context = new FailStopContext(runtime, name, rule);
        context.onTold(thrown -> onFailure.accept(name, thrown));
        return context;
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
    public IoExecutor ioExecutor(String name, int threads) {
        return runtime.ioExecutor(name, threads);
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
    public Executor listeners() {
        return runtime.listeners();
    }

    @Override
    public long randomLong() {
        return runtime.randomLong();
    }

    @Override
    public void step(String name) {
        runtime.step(name);
    }

    @Override
    public boolean hasCrashed() {
        return runtime.hasCrashed();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
