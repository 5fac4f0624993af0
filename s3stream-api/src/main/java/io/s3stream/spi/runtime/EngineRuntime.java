package io.s3stream.spi.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The one source of clocks, serial contexts, timers, blocking I/O and randomness. Thread-safe. */
public interface EngineRuntime extends AutoCloseable {

    /** Monotonic nanoseconds from an arbitrary origin. */
    long nanoTime();

    /** Wall clock, milliseconds since the epoch; nothing that must be right depends on it. */
    long currentTimeMillis();

    /** A new context whose tasks run one at a time, in the order given, each seeing the effects of those before. */
    SerialContext serialContext(String name);

    /** A pool for operations that block on a medium. Its threads are never interrupted. */
    IoExecutor ioExecutor(String name, int threads);

    /** Runs {@code task} on {@code context} once {@code delay} has passed. */
    Timer schedule(Duration delay, Executor context, Runnable task);

    /** Where the futures handed to users complete. */
    Executor callbacks();

    /** Where the listener of a store is told what happens. In production a listener that blocks holds up no future. */
    default Executor listeners() {
        return callbacks();
    }

    /** A seeded source in simulation; for jitter, nonces and unique ids. */
    long randomLong();

    /**
     * Names a step of a protocol that has just been reached. Nothing in production; a simulation counts it and may let
     * the node crash right here by throwing an {@link Error}, which nothing in the engine catches.
     */
    default void step(String name) {}

    /** Whether the simulated process has ended: then nothing reacts to what is thrown. Never in production. */
    default boolean hasCrashed() {
        return false;
    }

    /** Stops all threads of the runtime; tasks not yet begun are dropped. */
    @Override
    void close();
}
