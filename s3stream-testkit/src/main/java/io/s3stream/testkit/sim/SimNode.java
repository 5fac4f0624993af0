package io.s3stream.testkit.sim;

import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A simulated process: the runtime of an engine in the simulated world.
 *
 * <p>After a crash, none of its tasks runs. The model of the media decides about its I/O in flight
 * ({@link #pendingIo()}).
 *
 * <p>A paused node is like a process after SIGSTOP: none of its tasks runs, and no timer fires. Each operation
 * submitted before the pause either takes effect during the pause, because the system has it, or waits with the
 * process. The node learns the outcome only after it is resumed.
 */
public final class SimNode implements EngineRuntime {

    private static final long HOP_NANOS = 5_000;
    private static final long IO_NANOS = 100_000;
    private static final double HELD_BACK = 0.5;

    private final Simulator simulator;
    private final String name;
    private final Predicate<String> crashesAt;
    private final List<PendingIo> pendingIo = new ArrayList<>();
    private final List<Runnable> onCrash = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private Consumer<String> watcher = step -> {};
    private boolean alive = true;
    private boolean paused;
    private int slowness = 1;
    private final List<Runnable> hanging = new ArrayList<>();
    private Predicate<String> hangs = operation -> false;
    private Predicate<String> throwsAt = step -> false;
    private boolean hasThrown;
    private double stallProbability;
    private long stallNanos;
    private long wallOffsetMillis;

    /** A blocking operation that was submitted and has not begun. */
    public record PendingIo(String operation, Callable<?> task) {}

    /** @param crashesAt decides at each protocol step whether the node crashes there */
    public SimNode(Simulator simulator, String name, Predicate<String> crashesAt) {
        this.simulator = simulator;
        this.name = name;
        this.crashesAt = crashesAt;
    }

    public String name() {
        return name;
    }

    public boolean isAlive() {
        return alive;
    }

    public Simulator simulator() {
        return simulator;
    }

    /** Makes some blocking operations take very long, from now on. */
    public void stallIo(double probability, Duration length) {
        stallProbability = probability;
        stallNanos = length.toNanos();
    }

    /** Makes blocking operations with these names hang, from now on until the next call. */
    public void hang(Predicate<String> operations) {
        hangs = operations;
        List<Runnable> go = List.copyOf(hanging);
        hanging.clear();
        go.forEach(Runnable::run);
    }

    /** Throws an {@link Error} at these steps and allocations, from now on. */
    public void throwAt(Predicate<String> steps) {
        throwsAt = steps;
    }

    /** Returns whether an error requested by {@link #throwAt} was thrown. */
    public boolean hasThrown() {
        return hasThrown;
    }

    /** Throws an error if {@link #throwAt} requested it. Also called by models of allocations. */
    public void mayThrow(String where) {
        if (alive && throwsAt.test(where)) {
            hasThrown = true;
            simulator.count("host: error at " + where);
            throw simulator.chance(0.5)
                    ? new OutOfMemoryError("simulated at " + where)
                    : new StackOverflowError("simulated at " + where);
        }
    }

    /** Adds a listener, called once when the node crashes. */
    public void onCrash(Runnable listener) {
        onCrash.add(listener);
    }

    /**
     * Sets the watcher. It is called at each step, and twice for each operation on a medium: before the operation takes
     * effect, and, with the suffix "done", after that and before the node knows the outcome. It may pause or crash the
     * node.
     */
    public void watch(Consumer<String> newWatcher) {
        watcher = newWatcher;
    }

    /** Calls the watcher. For models of media that do not use {@link #ioExecutor}. */
    public void reached(String what) {
        if (alive) {
            watcher.accept(what);
        }
    }

    public boolean isPaused() {
        return paused;
    }

    /** Stops the process until {@link #resume}. */
    public void pause() {
        if (alive && !paused) {
            paused = true;
            simulator.count("pause");
        }
    }

    /** Resumes the process. For the process, any time may have passed. */
    public void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        List<Runnable> tasks = List.copyOf(held);
        held.clear();
        tasks.forEach(task -> simulator.after(latency(HOP_NANOS), name + "/resumed", () -> whenRunning(task)));
    }

    /** Multiplies the duration of all tasks and operations from now on; 1 is normal. */
    public void slow(int times) {
        slowness = times;
    }

    /** Changes the wall clock. */
    public void jumpWallClock(long millis) {
        wallOffsetMillis += millis;
        simulator.count("fault: wall clock jumps");
    }

    /** Runs the task now, or when the node is resumed. Never runs it on a dead node. */
    public void whenRunning(Runnable task) {
        if (paused) {
            held.add(task);
        } else if (alive) {
            task.run();
        }
    }

    /**
     * Lets an operation on a medium take effect. For a paused node, chance decides between now and after the resume,
     * because the node may not have passed the operation to the system. An operation of a dead node takes effect too,
     * unless the node held it.
     */
    public void takeEffect(Runnable effect) {
        if (alive && paused && simulator.chance(HELD_BACK)) {
            simulator.count("fault: effect held by pause");
            held.add(effect);
        } else {
            effect.run();
        }
    }

    /** Ends the process. */
    public void crash() {
        if (alive) {
            alive = false;
            paused = false;
            held.clear();
            simulator.count("crash");
            onCrash.forEach(Runnable::run);
        }
    }

    /** Returns the operations that had not begun when the node died. */
    public List<PendingIo> pendingIo() {
        return List.copyOf(pendingIo);
    }

    @Override
    public long nanoTime() {
        return simulator.now();
    }

    @Override
    public long currentTimeMillis() {
        return 1_700_000_000_000L + wallOffsetMillis + simulator.now() / 1_000_000;
    }

    @Override
    public SerialContext serialContext(String contextName) {
        return new Context(name + "/" + contextName);
    }

    @Override
    public IoExecutor ioExecutor(String executorName, int threads) {
        return new Io();
    }

    @Override
    public Timer schedule(Duration delay, Executor context, Runnable task) {
        boolean[] cancelled = new boolean[1];
        simulator.after(
                delay.toNanos(),
                name + "/timer",
                () -> whenRunning(() -> {
                    if (!cancelled[0]) {
                        cancelled[0] = true;
                        context.execute(task);
                    }
                }));
        return () -> {
            boolean inTime = !cancelled[0];
            cancelled[0] = true;
            return inTime;
        };
    }

    /** Returns an executor that runs tasks in any order, like a pool of many threads. */
    @Override
    public Executor callbacks() {
        return task -> simulator.after(latency(HOP_NANOS), name + "/callback", () -> whenRunning(() -> run(task)));
    }

    @Override
    public long randomLong() {
        return simulator.random().nextLong();
    }

    @Override
    public void step(String step) {
        if (alive) {
            simulator.count("step " + step);
            if (crashesAt.test(step)) {
                simulator.count("crash at " + step);
                crash();
            } else {
                watcher.accept(step);
                mayThrow(step);
            }
        }
        if (!alive) {
            throw new SimulatedCrash(step);
        }
    }

    @Override
    public boolean hasCrashed() {
        return !alive;
    }

    /** Does nothing, because there are no threads. */
    @Override
    public void close() {}

    private long latency(long typicalNanos) {
        return simulator.latency(typicalNanos) * slowness;
    }

    private void run(Runnable task) {
        if (!alive) {
            return;
        }
        try {
            task.run();
        } catch (SimulatedCrash crash) {
            if (alive) {
                throw new IllegalStateException("a crash that did not happen", crash);
            }
        } catch (RuntimeException | Error e) {
            if (!hasThrown) {
                throw e;
            }
            simulator.count("error left to the runtime"); // which logs it and continues
        }
    }

    /** Runs tasks in order, with a random delay before each. */
    private final class Context implements SerialContext {

        private final String contextName;
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean scheduled;

        Context(String contextName) {
            this.contextName = contextName;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            if (!scheduled) {
                scheduled = true;
                simulator.after(latency(HOP_NANOS), contextName, () -> whenRunning(this::runOne));
            }
        }

        private void runOne() {
            scheduled = false;
            Runnable task = tasks.remove();
            if (!tasks.isEmpty()) {
                scheduled = true;
                simulator.after(latency(HOP_NANOS), contextName, () -> whenRunning(this::runOne));
            }
            SimNode.this.run(task);
        }
    }

    /** Runs operations: each takes effect at one moment, and completes its future at a later one. */
    private final class Io implements IoExecutor {

        @Override
        public <T> CompletableFuture<T> submit(String operation, Callable<T> task) {
            CompletableFuture<T> future = new CompletableFuture<>();
            PendingIo pending = new PendingIo(operation, task);
            pendingIo.add(pending);
            long delay = latency(IO_NANOS);
            if (stallProbability > 0 && simulator.chance(stallProbability)) {
                simulator.count("fault: I/O stalls");
                delay += stallNanos;
            }
            long after = delay;
            Runnable go = () -> simulator.after(after, name + "/io " + operation, () -> {
                reached(operation);
                takeEffect(() -> begin(pending, task, future));
            });
            if (hangs.test(operation)) {
                simulator.count("fault: I/O hangs");
                hanging.add(go);
            } else {
                go.run();
            }
            return future;
        }

        private <T> void begin(PendingIo pending, Callable<T> task, CompletableFuture<T> future) {
            if (!alive) {
                return;
            }
            pendingIo.remove(pending);
            CompletableFuture<T> outcome = new CompletableFuture<>();
            try {
                outcome.complete(task.call());
            } catch (Exception | OutOfMemoryError | StackOverflowError e) {
                outcome.completeExceptionally(e);
            }
            simulator.after(latency(IO_NANOS / 2), name + "/io done", () -> {
                reached(pending.operation() + " done");
                whenRunning(() -> SimNode.this.run(() -> complete(future, outcome)));
            });
        }

        private <T> void complete(CompletableFuture<T> future, CompletableFuture<T> outcome) {
            if (outcome.isCompletedExceptionally()) {
                future.completeExceptionally(
                        outcome.handle((value, error) -> error).join());
            } else {
                future.complete(outcome.join());
            }
        }

        @Override
        public void close() {}
    }
}
