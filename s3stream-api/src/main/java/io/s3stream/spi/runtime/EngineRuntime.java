package io.s3stream.spi.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The one source of clocks, serial contexts, timers, blocking I/O and randomness. Thread-safe. */
public interface EngineRuntime extends AutoCloseable {

    /** Monotonic nanoseconds from an arbitrary origin. */
    long nanoTime();

    /** Wall clock, milliseconds since the epoch; no rule of correctness depends on it. */
    long currentTimeMillis();

    /** A new context whose tasks run one at a time, in the order given, each seeing the effects of those before. */
    SerialContext serialContext(String name);

    /** A pool for operations that block on a medium. Its threads are never interrupted. */
    IoExecutor ioExecutor(String name, int threads);

    /** Runs {@code task} on {@code context} once {@code delay} has passed. */
    Timer schedule(Duration delay, Executor context, Runnable task);

    /** Runs the completions of the futures that callers get. */
    Executor callbacks();

    /** Runs the calls to the listener of a store. In production a listener that blocks delays no future. */
    default Executor listeners() {
        return callbacks();
    }

    /** A seeded source in simulation; for jitter, nonces and unique ids. */
    long randomLong();

    /**
     * Marks that a protocol has reached a step. Does nothing in production. A simulation counts the step and may crash
     * the node here by throwing an {@link Error}, which the engine never catches.
     */
    default void step(String name) {}

    /** Whether the simulated process has ended: then the engine ignores exceptions. Never in production. */
    default boolean hasCrashed() {
        return false;
    }

    /** Stops all threads of the runtime; tasks not yet begun are dropped. */
    @Override
    void close();
}
