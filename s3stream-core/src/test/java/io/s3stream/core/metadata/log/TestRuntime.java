package io.s3stream.core.metadata.log;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * A runtime of one thread and virtual time. The test's own thread runs all tasks, in an order that the seed decides.
 */
public final class TestRuntime implements EngineRuntime {

    /** Thrown by the steps of a crashed client. */
    static final class Crash extends Error {}

    private record Task(long time, long order, Runnable action) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            (a, b) -> a.time() != b.time() ? Long.compare(a.time(), b.time()) : Long.compare(a.order(), b.order()));
    private final Random random;
    private final List<String> steps = new ArrayList<>();
    private long now;
    private long order;

    public TestRuntime(long seed) {
        this.random = new Random(seed);
    }

    public Random random() {
        return random;
    }

    public List<String> steps() {
        return steps;
    }

    public void after(long nanos, Runnable action) {
        tasks.add(new Task(now + nanos, order++, action));
    }

    /** A storage latency: mostly about a millisecond, sometimes much more. */
    long latency() {
        return (random.nextInt(20) == 0 ? 50_000_000L : 500_000L) + random.nextInt(1_000_000);
    }

    boolean runOne() {
        Task task = tasks.poll();
        if (task == null) {
            return false;
        }
        now = Math.max(now, task.time());
        task.action().run();
        return true;
    }

    public void runFor(Duration duration) {
        long until = now + duration.toNanos();
        while (!tasks.isEmpty() && tasks.peek().time() <= until) {
            runOne();
        }
        now = until;
    }

    public <T> T await(CompletableFuture<T> future) {
        while (!future.isDone()) {
            if (!runOne()) {
                throw new AssertionError("nothing left to run, and the future is not complete");
            }
        }
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw e;
        }
    }

    /** Timers that are still pending. */
    int pending() {
        return tasks.size();
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long currentTimeMillis() {
        return now / 1_000_000;
    }

    @Override
    public SerialContext serialContext(String name) {
        return task -> after(0, task);
    }

    @Override
    public IoExecutor ioExecutor(String name, int threads) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer schedule(Duration delay, Executor context, Runnable task) {
        Task timer = new Task(now + delay.toNanos(), order++, () -> context.execute(task));
        tasks.add(timer);
        return () -> tasks.remove(timer);
    }

    @Override
    public Executor callbacks() {
        return task -> after(0, task);
    }

    @Override
    public long randomLong() {
        return random.nextLong();
    }

    @Override
    public void step(String name) {
        steps.add(name);
    }

    @Override
    public void close() {
        tasks.clear();
    }
}
