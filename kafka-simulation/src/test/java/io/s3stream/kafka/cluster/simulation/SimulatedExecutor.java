package io.s3stream.kafka.cluster.simulation;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * A thread of a simulated process: it runs tasks in order, in virtual time. It sometimes stalls, as a thread does that
 * gets no processor; all tasks behind the stall are late then. No method blocks.
 */
final class SimulatedExecutor extends AbstractExecutorService implements ScheduledExecutorService {

    private static final long HOP_NANOS = 5_000;

    private final SimNode process;
    private final Simulator simulator;
    private final String name;
    private final LongUnaryOperator stalls;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private long freeAt;
    private boolean isShutdown;

    /** @param stalls the length of the stall before a task, by the time at which it begins; mostly 0 */
    SimulatedExecutor(SimNode process, String name, LongUnaryOperator stalls) {
        this.process = process;
        this.simulator = process.simulator();
        this.name = process.name() + "/" + name;
        this.stalls = stalls;
    }

    @Override
    public void execute(Runnable task) {
        if (isShutdown) {
            throw new RejectedExecutionException(name + " is shut down");
        }
        tasks.add(task);
        freeAt = Math.max(freeAt, simulator.now()) + simulator.latency(HOP_NANOS);
        freeAt += stalls.applyAsLong(freeAt);
        simulator.after(freeAt - simulator.now(), name, () -> process.whenRunning(this::runOne));
    }

    private void runOne() {
        Runnable task = tasks.remove();
        if (!isShutdown) {
            task.run();
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return scheduled(new Task<Void>(command, delay, unit));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return scheduled(new Task<>(callable, delay, unit));
    }

    private <V> Task<V> scheduled(Task<V> task) {
        simulator.after(
                task.dueAt - simulator.now(),
                name + "/timer",
                () -> process.whenRunning(() -> {
                    if (!task.isCancelled() && !isShutdown) {
                        execute(task);
                    }
                }));
        return task;
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    scheduleWithFixedDelay(command, delay, delay, unit);
                },
                initial,
                unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("no broker uses it");
    }

    @Override
    public void shutdown() {
        isShutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        isShutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing blocks in the simulation");
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {

        final long dueAt;

        @SuppressWarnings("DataFlowIssue")
        Task(Runnable command, long delay, TimeUnit unit) {
            super(command, null);
            dueAt = simulator.now() + unit.toNanos(delay);
        }

        Task(Callable<V> callable, long delay, TimeUnit unit) {
            super(callable);
            dueAt = simulator.now() + unit.toNanos(delay);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueAt - simulator.now(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
